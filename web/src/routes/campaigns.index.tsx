import { CampaignsPage } from "~/features/campaigns/components/list/CampaignsPage";

export default function Campaigns() {
  return <CampaignsPage />;
}
