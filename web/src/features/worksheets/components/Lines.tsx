/** The lines, page by page: who, and what is typed for them in place; more for each line in its menu. */
import { ActionIcon, Anchor, Box, Group, Menu, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { day, number } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { PAGE, useLines } from "../api/worksheets";
import { beside } from "../model/arrows";
import type { Line } from "../model/types";
import { AddLine, FindLine } from "./AddLine";
import { CallForm } from "./Call";
import { Cell } from "./Cell";
import { LineDrawer } from "./LineDrawer";
import { RemoveLine } from "./RemoveLine";
import { useSheet } from "./context";

type Opened = { what: "details" | "call" | "remove"; line: Line } | null;
const FIRST = ["contact_no", "contact_company_name", "description", "correspondence_type", "salesperson_code", "date", "cost"];

export function Lines() {
  const { t } = useTranslation("worksheets");
  const { header, may } = useSheet();
  const [{ offset, line: marked }, view] = useView({ offset: 0, line: 0 });
  const lines = useLines(header.no, offset);
  const [opened, open] = useState<Opened>(null);
  const { columns, button } = useColumns("worksheet-lines", useLineColumns(marked), FIRST);
  const menu: Column<Line> = { key: "menu", label: t("lines.acts"), width: "2rem", cell: (line) => <Acts line={line} onOpen={(what) => open({ what, line })} /> };
  const close = () => open(null);
  return (
    <Panel title={t("lines.title")} right={button}>
      <Group gap="xs" mb="xs">
        <FindLine onFound={(place, line_no) => view({ offset: Math.floor(place / PAGE) * PAGE, line: line_no }, true)} />
        {may && <AddLine />}
      </Group>
      {lines.error && <Failed error={lines.error} what={t("lines.title")} again={() => void lines.refetch()} />}
      <Stack gap="sm">
        <Box aria-busy={lines.isPlaceholderData} onKeyDown={move}>
          <Table label={t("lines.of", { no: header.no })} columns={may ? [menu, ...columns] : columns} rows={lines.data} keyOf={(line) => String(line.line_no)} loadingRows={Math.min(PAGE, header.no_of_lines || 1)} empty={<Empty title={t("lines.none")} text={t("lines.none_about")} />} />
        </Box>
        {header.no_of_lines > 0 && <Pages offset={offset} shown={lines.data?.length ?? 0} total={header.no_of_lines} size={PAGE} onMove={(next) => view({ offset: next, line: 0 }, true)} />}
      </Stack>
      {opened?.what === "details" && <LineDrawer line={lines.data?.find(({ line_no }) => line_no === opened.line.line_no) ?? opened.line} onClose={close} />}
      {opened?.what === "call" && <CallForm line={opened.line} onClose={close} />}
      {opened?.what === "remove" && <RemoveLine line={opened.line} onClose={close} />}
    </Panel>
  );
}

function move(event: KeyboardEvent<HTMLElement>) {
  const next = beside(event.target as HTMLElement, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function useLineColumns(marked: number): Column<Line>[] {
  const { t } = useTranslation("worksheets");
  const { t: name } = useTranslation("fields");
  const people = useChoices("salesperson");
  const labels = new Map(people.map(({ value, label }) => [value, label.replace(/ \([^)]*\)$/, "")]));
  const choices = (values: readonly string[]) => values.map((value) => ({ value, label: name(`choice.${value}`) }));
  const letters = choices(["hard_copy", "email"]);
  const judged = choices(["very_positive", "positive", "neutral", "negative", "very_negative"]);
  const word = (value: unknown) => (value ? name(`choice.${String(value)}`) : "");
  const text = (field: string) => name(`field.${field}`);
  const plain = (field: string, label = text(field)): Column<Line> => ({ key: field, label, cell: (line) => <Plain text={String(line[field] || "–")} /> });
  const typed = (field: string, shown: (line: Line) => string, more: Partial<Column<Line>> & { type?: "text" | "date" | "number"; choices?: readonly { value: string; label: string }[] } = {}): Column<Line> => {
    const { type, choices: known, ...rest } = more;
    return { key: field, label: text(field), ...rest, cell: (line) => <Cell line={line} field={field} label={text(field)} shown={shown(line)} type={type} choices={known} /> };
  };
  return [
    { key: "contact_no", label: t("lines.contact"), cell: (line) => <Who line={line} marked={line.line_no === marked} /> },
    plain("contact_company_name", t("lines.company")),
    typed("description", (line) => String(line.description ?? "")),
    typed("correspondence_type", (line) => word(line.correspondence_type), { choices: letters }),
    typed("salesperson_code", (line) => labels.get(String(line.salesperson_code)) ?? String(line.salesperson_code ?? ""), { choices: people }),
    typed("date", (line) => (line.date ? day(String(line.date)) : ""), { type: "date" }),
    typed("cost", (line) => number(Number(line.cost), 2), { number: true, type: "number" }),
    typed("duration", (line) => number(Number(line.duration)), { number: true, type: "number" }),
    typed("evaluation", (line) => word(line.evaluation), { choices: judged }),
    typed("subject", (line) => String(line.subject ?? "")),
    plain("interaction_template", text("template_code")),
    plain("campaign_no"),
    plain("language_code"),
    { key: "attachment_state", label: t("lines.attachment"), cell: (line) => (line.attachment_state ? t(`attachment.${line.attachment_state}`) : "–") },
    plain("contact_email", t("lines.email")),
    plain("contact_phone_no", t("lines.phone")),
  ];
}

/** One line of text; what is cut off is shown when one points at it. */
function Plain({ text }: { text: string }) {
  return (
    <Text size="sm" truncate maw="14rem" title={text.length > 24 ? text : undefined}>
      {text}
    </Text>
  );
}

function Who({ line, marked }: { line: Line; marked: boolean }) {
  const { t } = useTranslation("worksheets");
  if (!line.contact_no) return <Text size="sm" c="dimmed">{t("lines.nobody")}</Text>;
  return (
    <Anchor component={Link} to="/contacts/$no" params={{ no: line.contact_no } as never} size="sm" style={{ whiteSpace: "nowrap" }} fw={marked ? 700 : undefined} aria-current={marked || undefined}>
      {marked && <span aria-hidden>▸ </span>}
      {line.contact_name || line.contact_company_name || line.contact_no}
    </Anchor>
  );
}

function Acts({ line, onOpen }: { line: Line; onOpen: (what: "details" | "call" | "remove") => void }) {
  const { t } = useTranslation("worksheets");
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("lines.acts_of", { name: line.contact_name || line.line_no })}>
          <span aria-hidden>⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen("details")}>{t("lines.details")}</Menu.Item>
        <Menu.Item disabled={!line.contact_no} onClick={() => onOpen("call")}>
          {t("call.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onOpen("remove")}>
          {t("lines.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
