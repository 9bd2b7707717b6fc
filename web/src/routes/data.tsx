import { Data } from "~/features/data/components/Data";

export default function DataPage() {
  return <Data />;
}
