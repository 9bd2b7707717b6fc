/** Types of events with their properties, and attributes of people, as they were found in what came in. */
import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { vocabulary } from "../api/data";
import { EventType } from "./EventType";
import { useSorted } from "./useSorted";

type Event = Schemas["EventName"];
type Attribute = Schemas["AttributeName"];

export function SchemaView() {
  const { t } = useTranslation("data");
  const query = useQuery(vocabulary);
  useRefresh(() => void query.refetch(), 3_000);
  const [{ event }, change] = useView({ event: "" });
  return (
    <Loaded query={query} what={t("side.events")} height={420}>
      {({ events, attributes }) => (
        <Stack gap="md">
          <Events events={events} onOpen={(name) => change({ event: name }, true)} />
          <Attributes attributes={attributes} />
          <EventType event={events.find(({ name }) => name === event)} onClose={() => change({ event: "" })} />
        </Stack>
      )}
    </Loaded>
  );
}

function Events({ events, onOpen }: { events: readonly Event[]; onOpen: (name: string) => void }) {
  const { t } = useTranslation("data");
  const { rows, sort, onSort } = useSorted(events, "events", "-events", { name: (row) => row.name, events: (row) => row.events, properties: (row) => row.properties.length });
  const columns: Column<Event>[] = [
    { key: "name", label: t("event.name"), sortable: true, cell: (row) => <Button variant="transparent" size="compact-sm" px={0} fw={400} onClick={() => onOpen(row.name)}>{row.name}</Button> },
    { key: "events", label: t("event.events"), number: true, sortable: true, cell: (row) => number(row.events) },
    { key: "properties", label: t("event.properties"), number: true, sortable: true, cell: (row) => number(row.properties.length) },
    { key: "used", label: t("used"), cell: (row) => (row.used ? t("in_use") : "–") },
  ];
  return (
    <Panel title={t("event.title")}>
      <Table label={t("common:table.label", { name: t("event.title") })} columns={columns} rows={rows} keyOf={(row) => row.name} sort={sort} onSort={onSort} empty={<Empty title={t("event.none")} text={t("event.none_hint")} />} />
    </Panel>
  );
}

function Attributes({ attributes }: { attributes: readonly Attribute[] }) {
  const { t } = useTranslation("data");
  const { rows, sort, onSort } = useSorted(attributes, "attributes", "name", { name: (row) => row.name, profiles: (row) => row.profiles });
  const columns: Column<Attribute>[] = [
    { key: "name", label: t("attribute.name"), sortable: true, cell: (row) => row.name },
    { key: "kind", label: t("kind"), cell: (row) => t(`kinds.${row.kind}`, row.kind) },
    { key: "profiles", label: t("attribute.people"), number: true, sortable: true, cell: (row) => number(row.profiles) },
    { key: "used", label: t("used"), cell: (row) => (row.used ? t("in_use") : "–") },
  ];
  return (
    <Panel title={t("attribute.title")}>
      <Table label={t("common:table.label", { name: t("attribute.title") })} columns={columns} rows={rows} keyOf={(row) => row.name} sort={sort} onSort={onSort} empty={<Text size="sm" c="dimmed">{t("attribute.none")}</Text>} />
    </Panel>
  );
}
