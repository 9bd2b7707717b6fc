/** An instant: how far from the workspace's now, with the exact time below it or on hover. Before now is known it is as high. */
import { Text } from "@mantine/core";
import { useNow } from "~/lib/clock";
import { moment, relative } from "~/lib/i18n/format";

export function When({ at, both = false }: { at: string | null | undefined; both?: boolean }) {
  const now = useNow();
  if (!at) return <Text span inherit c="dimmed">–</Text>;
  const exact = moment(at);
  const near = now ? relative(at, now) : exact;
  if (both)
    return (
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {near}
        <Text span size="xs" c="dimmed" display="block">
          {now ? exact : "\u00a0"}
        </Text>
      </time>
    );
  return (
    <time dateTime={at} title={exact} style={{ whiteSpace: "nowrap" }}>
      {near}
    </time>
  );
}
