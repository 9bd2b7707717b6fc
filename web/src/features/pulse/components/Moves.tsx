/** Entries and exits as they happen, the newest first; what moves by itself can be held. */
import { Box, Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonLink, SegmentLink } from "~/components/Links";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { When } from "~/components/When";
import { reading, type Schemas } from "~/lib/api/client";
import { useLiveSegments } from "~/lib/live";
import { useRefresh } from "~/lib/refresh";
import { Sign } from "./Figures";
import classes from "./Moves.module.css";

type Move = Schemas["RecordsQualificationsRow"];
const HEIGHT = 380;
const keyOf = (move: Move) => `${move.segment} ${move.profile_id} ${move.effective} ${move.status}`;

export function Moves() {
  const { t } = useTranslation("pulse");
  const [held, hold] = useState(false);
  const query = useQuery(reading("/api/qualifications", { query: { limit: 40 } }));
  useRefresh(() => void query.refetch(), 500, held);
  return (
    <Panel
      title={t("moves.title")}
      right={
        <Button size="compact-xs" variant="default" aria-pressed={held} onClick={() => hold(!held)}>
          {t(held ? "moves.go_on" : "moves.hold")}
        </Button>
      }
    >
      <Loaded query={query} what={t("moves.title")} height={HEIGHT}>
        {({ items }) => <List moves={items} />}
      </Loaded>
    </Panel>
  );
}

function List({ moves }: { moves: readonly Move[] }) {
  const { t } = useTranslation("pulse");
  const segments = useLiveSegments();
  const known = useRef<Set<string> | undefined>(undefined);
  const before = (known.current ??= new Set(moves.map(keyOf)));
  if (moves.length === 0)
    return (
      <Text size="sm" c="dimmed" mih={120}>
        {t("moves.none")}
      </Text>
    );
  return (
    <Box h={HEIGHT} style={{ overflowY: "auto" }} tabIndex={0} role="group" aria-label={t("moves.title")}>
      <ol style={{ listStyle: "none", margin: 0, padding: 0 }} aria-label={t("moves.title")}>
        {moves.map((move, place) => (
          <li key={`${keyOf(move)} ${place}`} className={`${classes.row} ${before.has(keyOf(move)) ? "" : classes.fresh}`}>
            <Sign of={move.status === "realized" ? "in" : "out"} />
            <span className={classes.cut}>{move.profile_id === null ? t("moves.erased") : <PersonLink id={move.profile_id} />}</span>
            <span className={classes.cut}>
              <SegmentLink id={move.segment}>{segments.get(move.segment)?.name ?? move.segment}</SegmentLink>
            </span>
            <Text span size="xs" c="dimmed" ta="right">
              <When at={move.effective} />
            </Text>
          </li>
        ))}
      </ol>
    </Box>
  );
}
