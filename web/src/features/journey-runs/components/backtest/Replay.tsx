/** The same past once more, day by day on the activities: counters as they would have moved. */
import { ActionIcon, Group, SegmentedControl, Slider, Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { day } from "~/lib/i18n/format";
import { framesOf, type Played, standingAt } from "../../model/backtest";
import { Picture } from "../Picture";

/** Days that pass in a second. */
const SPEEDS = ["2", "10", "40"] as const;

export function Replay({ played, definition }: { played: Played; definition: unknown }) {
  const { t } = useTranslation("journey-runs");
  const frames = framesOf(played);
  const last = frames.length - 1;
  const [place, go] = useState(last);
  const [moving, move] = useState(false);
  const [speed, setSpeed] = useState<string>("10");
  useEffect(() => go(last), [played, last]);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => go((at) => Math.min(last, at + 1)), 1000 / Number(speed));
    return () => clearInterval(timer);
  }, [moving, speed, last]);
  useEffect(() => {
    if (place >= last) move(false);
  }, [place, last]);
  const start = () => {
    if (place >= last) go(0);
    move(!moving);
  };
  const at = frames[Math.min(place, last)]!;
  const standing = useMemo(() => standingAt(played, at), [played, at]);
  return (
    <Panel title={t("replay.title")} right={<SegmentedControl size="xs" value={speed} onChange={setSpeed} aria-label={t("replay.speed")} data={SPEEDS.map((value) => ({ value, label: t("replay.per_second", { count: Number(value) }) }))} />}>
      <Group gap="sm" mb="sm" wrap="nowrap">
        <ActionIcon variant="default" onClick={start} aria-label={t(moving ? "replay.pause" : "replay.play")}><span aria-hidden>{moving ? "❚❚" : "▶"}</span></ActionIcon>
        <Slider flex={1} min={0} max={Math.max(1, last)} value={place} onChange={(next) => { move(false); go(Math.min(last, next)); }} label={null} thumbLabel={t("replay.day")} thumbProps={{ "aria-valuetext": day(at) }} />
        <Text size="sm" w="7.5rem" ta="right">{day(at)}</Text>
      </Group>
      <Picture definition={definition} standing={standing} edges={place >= last ? played.edges : undefined} label={t("replay.picture", { day: day(at) })} />
    </Panel>
  );
}
