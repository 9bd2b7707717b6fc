import { useParams } from "@tanstack/react-router";
import { EditSegment } from "~/features/builder/components/Edit";

export default function Edit() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <EditSegment key={id} id={id} />;
}
