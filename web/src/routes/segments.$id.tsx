import { useParams } from "@tanstack/react-router";
import { SegmentPage } from "~/features/segments/components/page/SegmentPage";

export default function Segment() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <SegmentPage key={id} id={id} />;
}
