import { SegmentsPage } from "~/features/segments/components/list/SegmentsPage";

export default function Segments() {
  return <SegmentsPage />;
}
