/** Interaction templates: what a kind of interaction costs, and what is sent with it in each language. */
import { Anchor, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, rowsOf, type Template as Row, text, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import { createTemplate, figures, SHOWS_TEMPLATES, templates } from "../../api/interactions";
import { TEMPLATE } from "../../model/fields";
import { Template } from "./Template";

const NEW = [text("code", { required: true }), ...TEMPLATE];

export function Templates({ may }: { may: boolean }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const query = useQuery(templates);
  const counted = new Map(rowsOf<{ key: string; no_of_interactions: number; cost: number }>(useQuery(figures).data).map((row) => [row.key, row]));
  const [opened, open] = useState<string | null>(null);
  const [adding, add] = useState(false);
  const columns: Column<Row>[] = [
    {
      key: "code",
      label: t("fields:field.code"),
      cell: (row) => (
        <Anchor component="button" type="button" size="sm" fw={500} onClick={() => open(row.code)}>
          {row.code}
        </Anchor>
      ),
    },
    { key: "description", label: t("fields:field.description"), cell: (row) => row.description },
    { key: "group", label: t("fields:field.group_code"), cell: (row) => row.group_code },
    { key: "correspondence", label: t("fields:field.correspondence_type"), cell: (row) => row.correspondence_type && t(`fields:choice.${row.correspondence_type}`) },
    { key: "cost", label: t("fields:field.unit_cost"), number: true, cell: (row) => number(row.unit_cost, 2) },
    { key: "duration", label: t("fields:field.unit_duration"), number: true, cell: (row) => number(row.unit_duration) },
    { key: "used", label: t("common:page.interactions"), number: true, cell: (row) => number(counted.get(row.code)?.no_of_interactions ?? 0) },
    { key: "spent", label: t("spent"), number: true, cell: (row) => number(counted.get(row.code)?.cost ?? 0, 2) },
  ];
  const button = may && (
    <Button size="xs" variant="default" onClick={() => add(true)}>
      {t("template.new")}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t("template.teach")}
        </Text>
        {button}
      </Group>
      {query.error && <Failed error={query.error} what={t("tab.templates")} again={() => void query.refetch()} />}
      <Table label={t("tab.templates")} columns={columns} rows={query.error ? [] : query.data && rowsOf<Row>(query.data)} keyOf={(row) => row.code} loadingRows={4} empty={query.error ? <span /> : <Empty title={t("template.none")} text={t("template.teach")} action={button} />} />
      {adding && <Adding onClose={() => add(false)} />}
      {opened && <Template code={opened} may={may} onClose={() => open(null)} />}
    </Stack>
  );
}

function Adding({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("interactions");
  const act = useAct((values: Parameters<typeof filled>[1]) => {
    const { code, ...fields } = filled(NEW, values);
    return createTemplate(String(code ?? ""), fields);
  }, SHOWS_TEMPLATES, onClose);
  return (
    <Modal opened onClose={onClose} title={t("template.new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm fields={NEW} act={t("template.create")} what={t("template.new")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}
