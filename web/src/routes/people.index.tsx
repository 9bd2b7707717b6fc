import { People } from "~/features/people/components/People";

export default function PeoplePage() {
  return <People />;
}
