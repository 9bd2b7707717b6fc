/** One interaction with all that is known of it; it can be judged here, and become an opportunity. */
import { Anchor, Button, Divider, Drawer, Group, Select, Stack, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Contact, type Interaction, useAct } from "~/components/crm/fields";
import { Notes } from "~/components/crm/notes/Notes";
import { Failed } from "~/components/Failed";
import { day, number } from "~/lib/i18n/format";
import { evaluate, makeOpportunity, SHOWS, toggle } from "../../api/interactions";
import { EVALUATION } from "../../model/fields";
import { Attached } from "./Attached";

export function Entry({ row, contact, may, onClose }: { row: Interaction; contact?: Contact; may: boolean; onClose: () => void }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const navigate = useNavigate();
  const judge = useAct((evaluation: string) => evaluate([row.id], evaluation), SHOWS);
  const cancel = useAct(() => toggle([row.id]), SHOWS);
  const grow = useAct(
    () => makeOpportunity(row.id),
    SHOWS,
    (made) => void navigate({ to: `/opportunities/${encodeURIComponent(String((made as { no: string }).no))}` }),
  );
  const problem = judge.error ?? cancel.error ?? grow.error;
  return (
    <Drawer opened onClose={onClose} position="right" title={row.description || row.template_code} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Text size="sm">
          <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.contact_no)}`} size="sm">
            {contact?.name ?? row.contact_no}
          </Anchor>
          {contact?.company_name && contact.type === "person" ? ` · ${contact.company_name}` : ""}
        </Text>
        <Facts row={row} />
        {row.attachment && <Attached no={row.attachment} />}
        <Divider />
        <Select
          size="xs"
          label={t("fields:field.evaluation")}
          data={(EVALUATION.options ?? []).map((value) => ({ value, label: t(`fields:choice.${value}`) }))}
          value={row.evaluation || null}
          onChange={(chosen) => judge.mutate(chosen ?? "")}
          disabled={!may || judge.isPending}
          clearable
          clearButtonProps={{ "aria-label": t("fields:clear") }}
        />
        {may && (
          <Group gap="xs">
            {!row.postponed && (
              <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
                {t(row.canceled ? "restore" : "cancel")}
              </Button>
            )}
            {!row.canceled && !row.postponed && !row.opportunity_no && (
              <Button size="xs" variant="default" loading={grow.isPending} onClick={() => grow.mutate()}>
                {t("opportunity")}
              </Button>
            )}
          </Group>
        )}
        {problem != null && <Failed error={problem} what={t("act")} />}
        <Notes of={String(row.id)} kind="interaction" may={may} />
      </Stack>
    </Drawer>
  );
}

function Facts({ row }: { row: Interaction }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const choice = (value: string) => value && t(`fields:choice.${value}`);
  const facts: [string, React.ReactNode][] = [
    ["date", [day(row.date), row.time].filter(Boolean).join(" ")],
    ["subject", row.subject],
    ["template", row.template_code],
    ["group_code", row.group_code],
    ["salesperson_code", row.salesperson_code],
    ["campaign_no", row.campaign_no && <Anchor key="c" component={Link} to={`/campaigns/${encodeURIComponent(row.campaign_no)}`} size="sm">{row.campaign_no}</Anchor>],
    ["information_flow", choice(row.information_flow)],
    ["initiated_by", choice(row.initiated_by)],
    ["correspondence_type", choice(row.correspondence_type)],
    ["cost", number(row.cost, 2)],
    ["duration", number(row.duration)],
    ["segment_no", row.segment_no],
    ["logged_segment", row.logged_segment],
    ["opportunity_no", row.opportunity_no && <Anchor key="o" component={Link} to={`/opportunities/${encodeURIComponent(row.opportunity_no)}`} size="sm">{row.opportunity_no}</Anchor>],
    ["delivery_status", row.delivery_status && `${choice(row.delivery_status)} ${row.delivery_detail}`],
    ["by", row.by],
  ];
  return (
    <Stack gap={4} component="dl" m={0}>
      {facts
        .filter(([, value]) => value !== "" && value !== null && value !== undefined)
        .map(([name, value]) => (
          <Group key={name} justify="space-between" wrap="nowrap" gap="md">
            <Text component="dt" size="sm" c="dimmed">
              {t(`fields:field.${name}`)}
            </Text>
            <Text component="dd" m={0} size="sm" ta="right">
              {value}
            </Text>
          </Group>
        ))}
    </Stack>
  );
}
