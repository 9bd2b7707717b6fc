import { OpportunityCard } from "~/features/opportunities/components/card/OpportunityCard";

export default function OpportunityRoute() {
  return <OpportunityCard />;
}
