/** One line of a timeline: when, what, in a few words; the whole of it on demand. */
import { Button, Code, Text } from "@mantine/core";
import { useId, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { JourneyLink, SegmentLink } from "~/components/Links";
import { StepSaid } from "~/components/steps/StepSaid";
import { time } from "~/lib/i18n/format";
import { useLiveJourneys, useLiveSegments } from "~/lib/live";
import { brief, type Happening } from "../model/days";
import classes from "./Line.module.css";

const SIGNS: Record<Happening["kind"], string> = { event: "•", attributes: "✎", segment: "◇", journey: "↝", message: "✉" };

export function Line({ line }: { line: Happening }) {
  const { t } = useTranslation("people");
  const [opened, open] = useState(false);
  const id = useId();
  return (
    <li className={classes.line}>
      <Text span size="xs" c="dimmed">
        {line.time ? time(line.time) : ""}
      </Text>
      <span aria-hidden>{SIGNS[line.kind]}</span>
      <span style={{ overflowWrap: "anywhere" }}>
        <Said line={line} />
      </span>
      <Button size="compact-xs" variant="subtle" aria-expanded={opened} aria-controls={id} aria-label={t("timeline.detail_of", { name: line.name || t(`timeline.kind.${line.kind}`) })} onClick={() => open(!opened)}>
        {t(opened ? "timeline.less" : "timeline.detail")}
      </Button>
      <div id={id} className={classes.detail} hidden={!opened}>
        {opened && (
          <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap" }}>
            {JSON.stringify(line.detail, null, 2)}
          </Code>
        )}
      </div>
    </li>
  );
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function Said({ line: { kind, name, detail } }: { line: Happening }) {
  const { t } = useTranslation("people");
  const segments = useLiveSegments();
  const journeys = useLiveJourneys();
  switch (kind) {
    case "event":
      return (
        <>
          <b>{name}</b> <Text span inherit c="dimmed">{brief(detail)}</Text>
        </>
      );
    case "attributes":
      return (
        <>
          {t("timeline.set")} <Text span inherit c="dimmed">{brief((detail.values ?? {}) as Record<string, unknown>, 6)}</Text>
        </>
      );
    case "segment":
      return <Trans t={t} i18nKey={detail.status === "realized" ? "timeline.entered" : "timeline.left"} components={{ segment: <SegmentLink id={name} underline="always">{segments.get(name)?.name ?? name}</SegmentLink> }} />;
    case "journey":
      return (
        <>
          <JourneyLink id={name} underline="always">{journeys.get(name)?.name ?? name}</JourneyLink>: {text(detail.activity)}{" "}
          <Text span inherit c="dimmed"><StepSaid step={{ kind: text(detail.kind), outcome: text(detail.outcome), detail: text(detail.detail) }} /></Text>
        </>
      );
    case "message":
      return <Trans t={t} i18nKey="timeline.message" values={{ channel: name, activity: text(detail.activity) }} components={{ journey: <JourneyLink id={text(detail.journey)} underline="always">{journeys.get(text(detail.journey))?.name ?? text(detail.journey)}</JourneyLink> }} />;
  }
}
