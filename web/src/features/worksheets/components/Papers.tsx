/** Papers: labels and cover sheets as PDF. */
import { Checkbox, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { coverSheets, labels } from "../api/files";
import { Dialog } from "./Dialog";
import { useSheet } from "./context";

const SHEETS = ["3x8", "3x7", "2x7", "2x4"];

export function Labels({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const [sheet, choose] = useState<string>("3x8");
  const print = async () => {
    await labels(header.no, sheet);
    return true;
  };
  return (
    <Dialog title={t("papers.labels")} act={t("papers.print")} onAct={print} onClose={onClose}>
      <Text size="sm" c="dimmed">
        {t("papers.labels_about")}
      </Text>
      <Select label={t("papers.sheet")} data={SHEETS.map((value) => ({ value, label: t("papers.format", { columns: value[0], rows: value.slice(2) }) }))} value={sheet} onChange={(value) => choose(value ?? "3x8")} allowDeselect={false} />
    </Dialog>
  );
}

export function CoverSheets({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act } = useSheet();
  const [record, setRecord] = useState(false);
  const print = async () => {
    await act(() => coverSheets(header.no, record));
    return true;
  };
  return (
    <Dialog title={t("papers.covers")} act={t("papers.print")} onAct={print} onClose={onClose}>
      <Text size="sm" c="dimmed">
        {t("papers.covers_about")}
      </Text>
      <Checkbox label={t("papers.record")} description={t("papers.record_about")} checked={record} onChange={(event) => setRecord(event.currentTarget.checked)} />
    </Dialog>
  );
}
