import { OpportunitiesPage } from "~/features/opportunities/components/OpportunitiesPage";

export default function Opportunities() {
  return <OpportunitiesPage />;
}
