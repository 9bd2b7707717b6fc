/** What events should look like, and what was done against it. */
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { plans, violations } from "../api/data";
import { PlanEditor } from "./PlanEditor";
import { Unplanned } from "./Unplanned";

type Plan = Schemas["PlansListRow"];
type Violation = Schemas["PlansViolationsRow"];
/** Stands in the address for a plan that has no event yet. */
export const NEW = "+";

export function Plans() {
  const { t } = useTranslation("data");
  const [{ plan }, change] = useView({ plan: "" });
  const may = useMay("data:write");
  const query = useQuery(plans);
  const columns: Column<Plan>[] = [
    { key: "event", label: t("plan.event"), cell: (row) => <Button variant="transparent" size="compact-sm" px={0} fw={400} onClick={() => change({ plan: row.event }, true)}>{row.event}</Button> },
    { key: "mode", label: t("plan.mode"), cell: (row) => <Badge variant="light" size="sm" radius="sm" tt="none" color={row.mode === "reject" ? "orange" : "blue"}>{t(`plan.${row.mode}`)}</Badge> },
    { key: "violations", label: t("plan.violations"), number: true, cell: (row) => number(row.violations) },
    { key: "changed_at", label: t("plan.changed"), cell: (row) => <When at={row.changed_at} /> },
  ];
  return (
    <Stack gap="md">
      <Panel title={t("side.plans")} right={may && <Button size="xs" onClick={() => change({ plan: NEW }, true)}>{t("plan.new")}</Button>}>
        <Loaded query={query} what={t("side.plans")} height={160}>
          {({ items }) => <Table label={t("common:table.label", { name: t("side.plans") })} columns={columns} rows={items} keyOf={(row) => row.event} empty={<Empty title={t("plan.none")} text={t("plan.none_hint")} />} />}
        </Loaded>
        {may && <Unplanned />}
      </Panel>
      <Violations />
      <PlanEditor key={plan} event={plan} onClose={() => change({ plan: "" })} />
    </Stack>
  );
}

function Violations() {
  const { t } = useTranslation("data");
  const query = useQuery(violations);
  const columns: Column<Violation>[] = [
    { key: "event", label: t("plan.event"), cell: (row) => row.event },
    { key: "property", label: t("property.name"), cell: (row) => row.property },
    { key: "rule", label: t("plan.rule"), cell: (row) => row.rule },
    { key: "source", label: t("source.title_one"), cell: (row) => row.source },
    { key: "rejected", label: t("plan.became"), cell: (row) => t(row.rejected ? "plan.reject" : "plan.accept") },
    { key: "count", label: t("event.events"), number: true, cell: (row) => number(row.count) },
    { key: "last", label: t("plan.last"), cell: (row) => <When at={row.last} /> },
  ];
  return (
    <Panel title={t("plan.violations")} right={<Group gap="xs"><Button component={Link} to="/data" search={{ tab: "letters" } as never} size="compact-xs" variant="default">{t("side.letters")}</Button></Group>}>
      <Loaded query={query} what={t("plan.violations")} height={120}>
        {({ items }) => <Table label={t("common:table.label", { name: t("plan.violations") })} columns={columns} rows={items} keyOf={(row) => `${row.event} ${row.property} ${row.rule} ${row.source} ${row.rejected}`} empty={<Text size="sm" c="dimmed">{t("plan.no_violations")}</Text>} />}
      </Loaded>
    </Panel>
  );
}
