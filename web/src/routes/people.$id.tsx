import { useParams } from "@tanstack/react-router";
import { Person } from "~/features/people/components/Person";

export default function PersonPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <Person key={id} profile={id} />;
}
