/** The fields of the header, saved one by one; what follows for the lines is asked before. */
import { Box, Collapse, Group, SimpleGrid, Text, Tooltip, UnstyledButton } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { FieldCard, type Field, type Values } from "~/components/crm/fields";
import { Panel } from "~/components/Page";
import { useView } from "~/lib/view";
import { setField } from "../api/worksheets";
import { SECTIONS, closed } from "../model/header";
import { useSheet } from "./context";
import { Upload } from "./Upload";

export function HeaderCard() {
  const { t } = useTranslation("worksheets");
  const [{ header: shown }, view] = useView({ header: "" });
  const all = shown === "all";
  return (
    <Panel
      title={t("header.general")}
      right={
        <UnstyledButton onClick={() => view({ header: all ? "" : "all" })} aria-expanded={all}>
          <Text size="xs" fw={500} c="var(--mantine-primary-color-light-color)">
            {t(all ? "header.less" : "header.more")}
          </Text>
        </UnstyledButton>
      }
    >
      <Fields fields={SECTIONS.general} />
      <Collapse expanded={all}>
        <Text component="h3" size="sm" fw={600} mt="md" mb="xs">
          {t("header.interaction")}
        </Text>
        {all && <Fields fields={SECTIONS.interaction} />}
        {all && <OwnFile />}
      </Collapse>
    </Panel>
  );
}

/** Enter saves a field as leaving it does. */
function leave(event: KeyboardEvent<HTMLElement>) {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.getAttribute("role") !== "combobox" && !event.target.getAttribute("aria-haspopup")) event.target.blur();
}

function Fields({ fields }: { fields: readonly Field[] }) {
  const { header, may, act } = useSheet();
  const { t } = useTranslation("worksheets");
  const save = async (change: Values) => {
    const [[name, value]] = Object.entries(change) as [[string, unknown]];
    const done = await act((answers) => setField(header.no, name, value, header.version, answers));
    if (done === null) throw new Error(t("not_changed"));
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="md" verticalSpacing="sm" onKeyDown={leave}>
      {fields.map((field) => {
        const why = closed(field.name, header.open_fields);
        const one = <FieldCard fields={[field]} values={header as Values} onSave={save} columns={1} disabled={!may || why !== null} />;
        return (
          <Tooltip key={field.name} label={why ? t(`closed.${why}`) : ""} disabled={!why || !may} position="top-start">
            <Box>{one}</Box>
          </Tooltip>
        );
      })}
    </SimpleGrid>
  );
}

/** A file from one's own machine as the attachment of all lines. */
function OwnFile() {
  const { t } = useTranslation("worksheets");
  const { header, may, act, say } = useSheet();
  if (!may || closed("attachment", header.open_fields)) return null;
  const take = async (no: string) => {
    const done = await act((answers) => setField(header.no, "attachment", no, header.version, answers));
    if (done) say({ text: t("attachment.taken", { no }) });
  };
  return (
    <Box mt="md">
      <Upload onUploaded={take} />
    </Box>
  );
}

/** What the lines add up to. */
export function Figures() {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  return (
    <Group gap="md" wrap="wrap">
      {t("figures", {
        count: Math.min(header.no_of_lines, 2),
        lines: header.no_of_lines.toLocaleString(document.documentElement.lang),
        cost: header.total_cost.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }),
        minutes: header.total_duration.toLocaleString(document.documentElement.lang),
      })}
    </Group>
  );
}
