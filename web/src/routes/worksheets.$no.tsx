import { useParams } from "@tanstack/react-router";
import { Sheet } from "~/features/worksheets";

export default function Worksheet() {
  const { no = "" } = useParams({ strict: false }) as { no?: string };
  return <Sheet key={no} no={no} />;
}
