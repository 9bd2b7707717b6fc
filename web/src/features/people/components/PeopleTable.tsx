/** The table of people: the id always, attributes as they are chosen. */
import { Anchor, Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PersonLink } from "~/components/Links";
import { Empty } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { type Column, Table } from "~/components/table/Table";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { kindOf, type Person } from "../model/filters";
import { shown } from "../model/shown";

interface Props {
  attributes: readonly Schemas["AttributeName"][];
  people: readonly Person[] | undefined;
  /** The rows are those of the question before. */
  busy: boolean;
  sort: string;
  onSort: (sort: string) => void;
  filtered: boolean;
  onClear: () => void;
  /** Stands left of the choice of columns. */
  children: ReactNode;
}

/** Attributes that are shown at the first visit: those that most people have. */
const MOST = 6;

export function PeopleTable({ attributes, people, busy, sort, onSort, filtered, onClear, children }: Props) {
  const { t } = useTranslation("people");
  const id: Column<Person> = { key: "profile_id", label: t("id"), cell: (person) => <PersonLink id={person.profile_id} />, width: "9rem" };
  const known = [...attributes].sort((one, other) => other.profiles - one.profiles);
  const all = [id, ...known.map((attribute) => columnOf(attribute, t("yes"), t("no")))];
  const first = known.slice(0, MOST).map(({ name }) => name);
  const { columns, button } = useColumns("people", all, first);
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="sm">
        {children}
        {button}
      </Group>
      <div style={{ opacity: busy ? 0.6 : 1 }} aria-busy={busy}>
        <Table label={t("list")} columns={columns} rows={people} keyOf={(person) => person.profile_id} sort={sort === "appeared" ? "" : sort} onSort={onSort} loadingRows={20}
          empty={filtered ? <Nobody onClear={onClear} /> : <Beginning />} />
      </div>
    </>
  );
}

function columnOf({ name, kind }: Schemas["AttributeName"], yes: string, no: string): Column<Person> {
  const numeric = kindOf(kind) === "number";
  const said = (value: unknown) => (typeof value === "boolean" ? (value ? yes : no) : typeof value === "number" && numeric ? number(value, 2) : shown(value));
  return {
    key: name,
    label: name,
    number: numeric,
    sortable: kind !== "list" && kind !== "object" && kind !== "map",
    cell: (person) => (
      <Text span inherit maw="18rem" truncate display="block" c={person[name] === null || person[name] === undefined ? "dimmed" : undefined}>
        {said(person[name])}
      </Text>
    ),
  };
}

function Nobody({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation("people");
  return <Empty title={t("nobody.title")} text={t("nobody.text")} action={<Button size="xs" variant="default" onClick={onClear}>{t("nobody.clear")}</Button>} />;
}

function Beginning() {
  const { t } = useTranslation("people");
  return (
    <Empty title={t("empty.title")} text={t("empty.text")}
      action={<Group justify="center" gap="sm"><Button component={Link} to="/" size="xs">{t("empty.send")}</Button><Anchor component={Link} to="/data" search={{ tab: "imports" } as never} size="sm">{t("empty.upload")}</Anchor></Group>} />
  );
}
