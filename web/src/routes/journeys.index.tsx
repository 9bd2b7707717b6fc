import { JourneyList } from "~/features/journeys/components/list/JourneyList";

export default function Journeys() {
  return <JourneyList />;
}
