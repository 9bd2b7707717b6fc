/** One message: to whom, why, what it said, and what became of it. */
import { Code, Drawer, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { JourneyLink, PersonLink } from "~/components/Links";
import { Loaded } from "~/components/Loaded";
import { State } from "~/components/State";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useLiveJourneys } from "~/lib/live";
import { useMay } from "~/lib/session";
import { definition } from "../api/deliveries";
import { activityOf, parts, read } from "../model/rendered";

type Row = Schemas["RecordsDeliveriesRow"];

export function Detail({ row, onClose }: { row: Row | undefined; onClose: () => void }) {
  const { t } = useTranslation("deliveries");
  return (
    <Drawer opened={row !== undefined} onClose={onClose} position="right" size="lg" title={t("message")} closeButtonProps={{ "aria-label": t("common:close") }}>
      {row && <Told row={row} />}
    </Drawer>
  );
}

function Told({ row }: { row: Row }) {
  const { t } = useTranslation("deliveries");
  const names = useLiveJourneys();
  const may = useMay("journeys:read");
  return (
    <Stack gap="md">
      <dl style={{ display: "grid", gridTemplateColumns: "8rem minmax(0, 1fr)", gap: "4px 12px", margin: 0 }}>
        <Fact label={t("person")}>{row.profile_id === null || row.profile_id === undefined ? t("erased") : <PersonLink id={row.profile_id} />}</Fact>
        <Fact label={t("journey")}>
          <JourneyLink id={row.journey} underline="always">{names.get(row.journey)?.name ?? row.journey}</JourneyLink> · {t("version", { version: row.version })} · {row.activity}
        </Fact>
        <Fact label={t("channel")}>{row.channel}</Fact>
        <Fact label={t("decided")}><When at={row.decided} both /></Fact>
        <Fact label={t("result")}><State state={row.result} /></Fact>
        {row.settled && <Fact label={t("settled")}><When at={row.settled} both /></Fact>}
        {row.attempts ? <Fact label={t("attempts")}>{number(row.attempts)}</Fact> : null}
        {row.detail && <Fact label={t("said")}>{row.detail}</Fact>}
        <Fact label={t("key")}><Text span size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>{row.key}</Text></Fact>
      </dl>
      {may && <Content row={row} />}
      <Raw title={t("values")} text={row.content} />
      <Raw title={t("answer")} text={row.answer} />
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">{label}</Text>
      <Text component="dd" size="sm" m={0}>{children}</Text>
    </>
  );
}

/** The words of the activity with the values of this message in their places. */
function Content({ row }: { row: Row }) {
  const { t } = useTranslation("deliveries");
  const query = useQuery(definition(row.journey, row.version));
  return (
    <section>
      <Title order={3} mb="xs">{t("sent_text")}</Title>
      <Loaded query={query} what={t("sent_text")} height={120}>
        {(found) => {
          const said = parts(activityOf((found as { definition?: unknown }).definition, row.activity), read(row.content));
          if (said.length === 0) return <Text size="sm" c="dimmed">{t("no_text")}</Text>;
          return (
            <Stack gap="xs">
              {said.map(({ name, text }) => (
                <div key={name}>
                  <Text size="xs" c="dimmed">{t(`part.${name}`, name)}</Text>
                  <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Text>
                </div>
              ))}
              <Text size="xs" c="dimmed">{t("text_hint")}</Text>
            </Stack>
          );
        }}
      </Loaded>
    </section>
  );
}

function Raw({ title, text }: { title: string; text: string | null | undefined }) {
  if (!text) return null;
  return (
    <section>
      <Title order={3} mb="xs">{title}</Title>
      <Code block tabIndex={0} role="region" aria-label={title} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{JSON.stringify(read(text), null, 2)}</Code>
    </section>
  );
}
