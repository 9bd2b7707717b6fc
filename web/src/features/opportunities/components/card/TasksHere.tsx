/** What is to be done for an opportunity; stages make such tasks by themselves. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { place, rowsOf, type Task, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { day } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { completeTask, SHOWS, tasks } from "../../api/opportunities";
import type { Card } from "./OpportunityCard";

export function TasksHere({ row }: { row: Card }) {
  const { t } = useTranslation("opportunities");
  const may = useMay("contacts:write");
  const query = useQuery(tasks({ open_only: true, contact_no: row.contact_no }));
  const done = useAct((no: string) => completeTask(no, false), SHOWS);
  const add = may && (
    <Anchor component={Link} {...place("/tasks", { new: row.contact_no, opportunity: row.no })} size="sm">
      {t("task.new")}
    </Anchor>
  );
  return (
    <Panel title={t("common:page.tasks")} right={add}>
      <div style={{ height: "7rem", overflowY: "auto" }}>
        <Loaded query={query} what={t("common:page.tasks")} height="4rem">
          {(page) => {
            const rows = rowsOf<Task>(page).filter((task) => task.opportunity_no === row.no);
            if (rows.length === 0) return <Text size="sm" c="dimmed">{t("task.none_here")}</Text>;
            return (
              <Stack gap="xs">
                {rows.map((task) => (
                  <Group key={task.no} justify="space-between" wrap="nowrap">
                    <div>
                      <Text size="sm">{task.description}</Text>
                      <Text size="xs" c="dimmed">
                        {[day(task.date), task.salesperson_code].filter(Boolean).join(" · ")}
                      </Text>
                    </div>
                    {may && (
                      <Button size="compact-xs" variant="default" loading={done.isPending && done.variables === task.no} onClick={() => done.mutate(task.no)} aria-label={t("task.done_of", { what: task.description })}>
                        {t("task.done")}
                      </Button>
                    )}
                  </Group>
                ))}
              </Stack>
            );
          }}
        </Loaded>
      </div>
      {done.error && <Failed error={done.error} what={t("task.done")} />}
    </Panel>
  );
}
