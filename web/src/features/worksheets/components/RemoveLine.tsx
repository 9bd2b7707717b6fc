/** Taking out one line: recorded as a step, so it can be gone back on. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { deleteLine } from "../api/worksheets";
import type { Line } from "../model/types";
import { useSheet } from "./context";

export function RemoveLine({ line, onClose }: { line: Line; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const [error, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const name = line.contact_name || line.contact_no || String(line.line_no);
  const remove = async () => {
    setBusy(true);
    try {
      const done = await act((answers) => deleteLine(header.no, line.line_no, answers));
      if (done) say({ text: t("lines.removed", { name }), undo: Boolean(line.contact_no) && !done.reset });
      onClose();
    } catch (problem) {
      fail(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Confirm opened title={t("lines.remove")} act={t("lines.remove")} danger busy={busy} error={error} onAct={() => void remove()} onClose={onClose}>
      {t("lines.remove_about", { name })}
    </Confirm>
  );
}
