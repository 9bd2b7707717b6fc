/** All segments: found by name, ordered by any column, two thousand of them page by page, their members live. */
import { Button, Group, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty, Page, Panel } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { Table } from "~/components/table/Table";
import { useRefresh } from "~/lib/refresh";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { type SegmentRow, useSegments } from "../../api/list";
import type { Act } from "../../api/segment";
import { LIST, narrowed, SIZE } from "../../model/list";
import { ActConfirm } from "../page/ActConfirm";
import { SHOWN, useSegmentColumns } from "./columns";
import { Filters } from "./Filters";
import { Undo } from "./Undo";

export function SegmentsPage() {
  const { t } = useTranslation("segments");
  const may = useMay("segments:write");
  const [view, show] = useView(LIST);
  const query = useSegments(view);
  useRefresh(() => void query.refetch(), 10_000);
  const [asked, ask] = useState<{ row: SegmentRow; act: Act } | null>(null);
  const [, undo] = useView({ gone: "" });
  const { columns, button } = useColumns("segments", useSegmentColumns((row, act) => ask({ row, act })), SHOWN);
  const done = (act: Act) => {
    if (act === "delete" && asked) undo({ gone: asked.row.segment });
    ask(null);
  };
  const create = may && (
    <Button component={Link} to="/segments/new" size="xs">
      {t("list.new")}
    </Button>
  );
  const none = narrowed(view) ? (
    <Empty title={t("list.no_match")} text={t("list.no_match_hint")} action={<Button size="xs" variant="default" onClick={() => show({ search: "", state: "", offset: 0 })}>{t("list.all")}</Button>} />
  ) : (
    <Empty title={t("list.none")} text={t("list.none_hint")} action={create} />
  );
  return (
    <Page title={t("common:page.segments")} hint={t("list.hint")} actions={create}>
      <Undo />
      <Panel>
        <Stack gap="sm">
          <Group justify="space-between" align="flex-end" gap="sm">
            <Filters view={view} onChange={(change) => show({ ...change, offset: 0 })} />
            {button}
          </Group>
          {query.error && !query.data ? (
            <Failed error={query.error} what={t("list.what")} again={() => void query.refetch()} />
          ) : (
            <Table label={t("common:page.segments")} columns={columns} rows={query.data?.items} keyOf={({ segment }) => segment} sort={view.sort} onSort={(sort) => show({ sort, offset: 0 })} loadingRows={15} empty={none} />
          )}
          {query.data && query.data.items.length > 0 && <Pages offset={view.offset} shown={query.data.items.length} total={query.data.total} size={SIZE} onMove={(offset) => show({ offset }, true)} />}
        </Stack>
      </Panel>
      {asked && <ActConfirm segment={asked.row.segment} name={asked.row.name} act={asked.act} onDone={done} onClose={() => ask(null)} />}
    </Page>
  );
}
