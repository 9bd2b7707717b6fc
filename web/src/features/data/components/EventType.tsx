/** One type of events: its properties with the values that occur most, and the last of its events. */
import { Button, Drawer, Group, List, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonLink } from "~/components/Links";
import { Loaded } from "~/components/Loaded";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import { reading, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { latest } from "../api/data";

type Field = Schemas["FieldName"];
type Event = Schemas["EventName"];
const PLAIN = new Set(["boolean", "integer", "decimal", "string"]);

export function EventType({ event, onClose }: { event: Event | undefined; onClose: () => void }) {
  const { t } = useTranslation("data");
  return (
    <Drawer opened={event !== undefined} onClose={onClose} position="right" size="xl" title={t("event.one", { name: event?.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {event && (
        <Stack gap="md">
          <Group justify="space-between">
            <Text size="sm">{t("event.count", { count: event.events, events: number(event.events) })}</Text>
            <Button component={Link} to="/data" search={{ tab: "plans", plan: event.name } as never} size="compact-sm" variant="default">
              {t("plan.of_event")}
            </Button>
          </Group>
          <Properties event={event} />
          <Latest event={event} />
        </Stack>
      )}
    </Drawer>
  );
}

function Properties({ event }: { event: Event }) {
  const { t } = useTranslation("data");
  const columns: Column<Field>[] = [
    { key: "name", label: t("property.name"), cell: (row) => row.name },
    { key: "kind", label: t("kind"), cell: (row) => [t(`kinds.${row.kind}`, row.kind), row.element && t(`kinds.${row.element}`, row.element), row.fields.length > 0 && `(${row.fields.map(({ name }) => name).join(", ")})`].filter(Boolean).join(" ") },
    { key: "values", label: t("property.values"), cell: (row) => (PLAIN.has(row.kind) ? <Values event={event.name} property={row.name} /> : "–") },
  ];
  return (
    <section>
      <Title order={3} mb="xs">{t("event.properties")}</Title>
      <Table label={t("event.properties")} columns={columns} rows={event.properties} keyOf={(row) => row.name} empty={<Text size="sm" c="dimmed">{t("property.none")}</Text>} />
    </section>
  );
}

/** The most frequent values; asked for one property at a time, as counting them takes a moment. */
function Values({ event, property }: { event: string; property: string }) {
  const { t } = useTranslation("data");
  const [wanted, want] = useState(false);
  const query = useQuery({ ...reading("/api/events/{event}/properties/{property}/values", { path: { event, property }, query: { limit: 8 } }), enabled: wanted });
  if (!wanted) return <Button size="compact-xs" variant="default" onClick={() => want(true)} aria-label={t("property.show_of", { property })}>{t("property.show")}</Button>;
  return (
    <Loaded query={query} what={t("property.values")} height={24}>
      {({ items }) => (
        <List size="xs" listStyleType="none">
          {items.map(({ value, count }) => (
            <List.Item key={value}>
              {value} <Text span size="xs" c="dimmed">{number(count)}</Text>
            </List.Item>
          ))}
          {items.length === 0 && <Text size="xs" c="dimmed">–</Text>}
        </List>
      )}
    </Loaded>
  );
}

type Row = Record<string, unknown> & { profile_id: string | null; event_id: string; time: string };

function Latest({ event }: { event: Event }) {
  const { t } = useTranslation("data");
  const query = useQuery(latest(event.name));
  const said = (row: Row) => Object.entries(row).filter(([name, value]) => !["profile_id", "event_id", "time"].includes(name) && value !== null).map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`).join(", ");
  const columns: Column<Row>[] = [
    { key: "time", label: t("event.time"), cell: (row) => <When at={row.time} /> },
    { key: "person", label: t("event.person"), cell: (row) => (row.profile_id ? <PersonLink id={row.profile_id} /> : "–") },
    { key: "what", label: t("event.properties"), cell: (row) => <Text size="xs" lineClamp={2} style={{ overflowWrap: "anywhere" }}>{said(row)}</Text> },
  ];
  return (
    <section>
      <Title order={3} mb="xs">{t("event.latest")}</Title>
      <Loaded query={query} what={t("event.latest")} height={200}>
        {({ items }) => <Table label={t("event.latest")} columns={columns} rows={items as Row[]} keyOf={(row) => row.event_id} />}
      </Loaded>
    </section>
  );
}
