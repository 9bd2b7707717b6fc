import { Audit } from "~/features/audit/components/Audit";

export default function AuditPage() {
  return <Audit />;
}
