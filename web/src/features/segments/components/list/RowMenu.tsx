/** What can be done with one segment of the list; the page asks, as the row may be gone by then. */
import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "~/lib/session";
import type { SegmentRow } from "../../api/list";
import type { Act } from "../../api/segment";

export type Ask = (row: SegmentRow, act: Act) => void;

export function RowMenu({ row, onAsk }: { row: SegmentRow; onAsk: Ask }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments:write");
  if (!may || row.state === "deleted") return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("list.act", { name: row.name || row.segment })}>
          <span aria-hidden>⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/segments/$id/edit" params={{ id: row.segment } as never}>
          {t("act.edit")}
        </Menu.Item>
        {row.state !== "published" && <Menu.Item onClick={() => onAsk(row, "publish")}>{t("act.publish")}…</Menu.Item>}
        {row.state === "published" && <Menu.Item onClick={() => onAsk(row, "deactivate")}>{t("act.deactivate")}…</Menu.Item>}
        <Menu.Item color="red" onClick={() => onAsk(row, "delete")}>
          {t("act.delete")}…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
