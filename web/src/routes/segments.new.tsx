import { useSearch } from "@tanstack/react-router";
import { NewSegment } from "~/features/builder/components/Edit";

export default function New() {
  const { from } = useSearch({ strict: false }) as { from?: unknown };
  return <NewSegment from={from === undefined ? undefined : String(from)} />;
}
