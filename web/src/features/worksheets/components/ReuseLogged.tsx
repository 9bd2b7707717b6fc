/** The contacts of a logged segment, once more. */
import { Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { reading } from "~/lib/api/client";
import { day, number } from "~/lib/i18n/format";
import { reuseLogged } from "../api/worksheets";
import { useSheet } from "./context";
import { Dialog } from "./Dialog";

interface LoggedRow {
  id: number;
  segment_no: string;
  description: string;
  created_on: string;
  canceled: boolean;
  no_of_interactions: number;
}

export function ReuseLogged({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const list = useQuery(reading("/api/logged-segments", { query: { limit: 1000 } }));
  const rows = ((list.data?.items ?? []) as unknown as LoggedRow[]).slice().reverse();
  const [entry, choose] = useState("");
  const preview = useQuery({ queryKey: ["/api/worksheets/preview", "logged", header.no, header.version, entry], queryFn: () => reuseLogged(header.no, Number(entry), true), enabled: entry !== "", retry: false });
  const reuse = async () => {
    const done = await act((answers) => reuseLogged(header.no, Number(entry), false, answers));
    if (done) say({ text: t("act.add.done", { count: Math.min(done.count, 2), shown: number(done.count) }), undo: true });
    return done !== null;
  };
  return (
    <Dialog title={t("reuse_logged.title")} act={t("reuse_logged.do")} onAct={reuse} onClose={onClose} disabled={!entry}>
      {list.data && rows.length === 0 && <Empty title={t("reuse_logged.none")} text={t("reuse_logged.none_about")} />}
      <Radio.Group value={entry} onChange={choose} label={rows.length ? t("reuse_logged.choose") : undefined}>
        <Stack gap="xs" mt={4} mah={320} style={{ overflowY: "auto" }}>
          {rows.map((row) => (
            <Radio key={row.id} value={String(row.id)} label={`${row.description || row.segment_no} (${row.segment_no})`} description={t("reuse_logged.entry", { entry: row.id, date: day(row.created_on), interactions: number(row.no_of_interactions) })} />
          ))}
        </Stack>
      </Radio.Group>
      {preview.error ? <Failed error={preview.error} what={t("reuse_logged.title")} /> : preview.data && <Text size="sm">{t("preview.add", { count: Math.min(preview.data.count, 2), shown: number(preview.data.count) })}</Text>}
    </Dialog>
  );
}
