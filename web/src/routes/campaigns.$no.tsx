import { CampaignCard } from "~/features/campaigns/components/card/CampaignCard";

export default function CampaignRoute() {
  return <CampaignCard />;
}
