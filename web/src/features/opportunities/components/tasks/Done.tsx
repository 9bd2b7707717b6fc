/** A task is done: what comes next, and a follow-up with the same contact; or it was not done after all. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Task, useAct, type Value, type Values } from "~/components/crm/fields";
import { day } from "~/lib/i18n/format";
import { createTask, SHOWS } from "../../api/opportunities";
import { NewTask } from "./NewTask";

const KEPT = ["description", "type", "priority", "date", "ending_date", "salesperson_code", "contact_no", "campaign_no", "opportunity_no"] as const;

export function Done({ row, next, contact, onEnd }: { row: Task; next?: Task; contact?: string; onEnd: () => void }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [asked, ask] = useState(false);
  const again = useAct(() => createTask(Object.fromEntries(KEPT.map((name) => [name, row[name] as Value]).filter(([, value]) => value))), SHOWS, onEnd);
  const follow: Values = { contact_no: row.contact_no, opportunity_no: row.opportunity_no, campaign_no: row.campaign_no, salesperson_code: row.salesperson_code, type: row.type };
  return (
    <Alert color="teal" p="xs" role="status" withCloseButton onClose={onEnd} closeButtonLabel={t("common:close")}>
      <Group gap="sm">
        <Text size="sm">{t("task.was_done", { what: row.description })}</Text>
        <Button size="compact-xs" variant="default" onClick={() => ask(true)}>
          {t("task.follow", { contact: contact ?? "" })}
        </Button>
        <Button size="compact-xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {t("task.again")}
        </Button>
        {next && <Text size="sm" c="dimmed">{t("task.next", { what: next.description, day: day(next.date) })}</Text>}
      </Group>
      {asked && <NewTask initial={follow} onClose={() => ask(false)} onDone={onEnd} />}
    </Alert>
  );
}
