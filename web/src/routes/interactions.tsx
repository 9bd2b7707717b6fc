import { InteractionsPage } from "~/features/interactions/components/InteractionsPage";

export default function Interactions() {
  return <InteractionsPage />;
}
