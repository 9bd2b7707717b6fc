import { NewJourney } from "~/features/journeys/components/page/NewJourney";

export default function New() {
  return <NewJourney />;
}
