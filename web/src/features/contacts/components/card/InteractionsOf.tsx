/** What happened with a contact, the newest first; with a company also what happened with its people. */
import { Anchor, Badge, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Contact, type Interaction, rowsOf, useNames, place } from "~/components/crm/fields";
import { Empty } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import type { Column } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { interactionsOf } from "../../api/contacts";
import { Hanging } from "./Hanging";

const SIZE = 50;

export function InteractionsOf({ contact, may }: { contact: Contact; may: boolean }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const [postponed, setPostponed] = useState("no");
  const [offset, move] = useState(0);
  const found = useQuery({ ...interactionsOf(contact.no, postponed === "yes", SIZE, offset), placeholderData: keepPreviousData });
  const rows = rowsOf<Interaction>(found.data);
  const names = useNames(contact.type === "company" ? rows.map((row) => row.contact_no) : []);
  const columns: Column<Interaction>[] = [
    { key: "date", label: t("fields:field.date"), width: "8rem", cell: (row) => day(row.date) },
    { key: "description", label: t("fields:field.description"), cell: (row) => <What row={row} /> },
    ...(contact.type === "company" ? [{ key: "contact", label: t("fields:field.contact"), cell: (row: Interaction) => names.get(row.contact_no)?.name ?? row.contact_no }] : []),
    { key: "template", label: t("fields:field.template"), cell: (row) => row.template_code },
    { key: "salesperson", label: t("fields:field.salesperson_code"), cell: (row) => row.salesperson_code },
    { key: "evaluation", label: t("fields:field.evaluation"), cell: (row) => row.evaluation && t(`fields:choice.${row.evaluation}`) },
    { key: "cost", label: t("fields:field.cost"), number: true, cell: (row) => number(row.cost, 2) },
  ];
  const record = may && (
    <Button size="xs" variant="default" component={Link} {...place("/interactions", { new: contact.no })}>
      {t("act.interaction")}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          value={postponed}
          onChange={(next) => {
            setPostponed(next);
            move(0);
          }}
          aria-label={t("card.interactions")}
          data={[
            { value: "no", label: t("interactions.recorded") },
            { value: "yes", label: t("interactions.postponed") },
          ]}
        />
        {record}
      </Group>
      <Hanging label={t("card.interactions")} found={found} columns={columns} keyOf={(row) => String(row.id)} empty={<Empty title={t("interactions.none")} text={t("interactions.teach")} action={record} />} />
      {found.data && <Pages offset={offset} shown={rows.length} total={null} size={SIZE} onMove={move} />}
    </Stack>
  );
}

function What({ row }: { row: Interaction }) {
  const { t } = useTranslation("contacts");
  return (
    <Group gap="xs">
      <Anchor component={Link} {...place("/interactions", { contact: row.contact_no, entry: row.id })} size="sm" td={row.canceled ? "line-through" : undefined}>
        {row.description || row.template_code}
      </Anchor>
      {row.canceled && (
        <Badge size="xs" variant="light" color="gray" tt="none">
          {t("interactions.canceled")}
        </Badge>
      )}
      {row.campaign_no && <Text size="xs" c="dimmed">{row.campaign_no}</Text>}
    </Group>
  );
}
