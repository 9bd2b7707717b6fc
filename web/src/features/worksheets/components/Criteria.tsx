/** Criteria kept for later: saved under a code, described, run again here. */
import { Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { changed, reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { deleteSaved, describeSaved, reuseCriteria, saveCriteria } from "../api/worksheets";
import { Dialog } from "./Dialog";
import { useSheet } from "./context";

export function SaveCriteria({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, say } = useSheet();
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const [description, setDescription] = useState(header.description);
  const save = async () => {
    await saveCriteria(header.no, code, description);
    await changed(queries, "/api/saved-criteria");
    say({ text: t("save.done", { code: code.toUpperCase() }) });
    return true;
  };
  return (
    <Dialog title={t("save.title")} act={t("save.do")} onAct={save} onClose={onClose} disabled={!code.trim()}>
      <Text size="sm" c="dimmed">
        {t("save.about", { count: Math.min(header.no_of_criteria_actions, 2), shown: header.no_of_criteria_actions })}
      </Text>
      <TextInput label={t("save.code")} value={code} onChange={(event) => setCode(event.currentTarget.value)} maxLength={10} required data-autofocus />
      <TextInput label={t("save.description")} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
    </Dialog>
  );
}

interface Saved {
  code: string;
  description: string;
  by: string;
  no_of_actions: number;
}

export function ReuseCriteria({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const list = useQuery(reading("/api/saved-criteria", { query: { limit: 1000 } }));
  const rows = (list.data?.items ?? []) as unknown as Saved[];
  const [code, choose] = useState("");
  const preview = useQuery({ queryKey: ["/api/worksheets/preview", "reuse", header.no, header.version, code], queryFn: () => reuseCriteria(header.no, code, true), enabled: code !== "", retry: false });
  const reuse = async () => {
    const done = await act((answers) => reuseCriteria(header.no, code, false, answers));
    if (done) say({ text: t("reuse.done", { code }), undo: true });
    return done !== null;
  };
  const [going, drop] = useState<Saved | null>(null);
  const chosen = rows.find((row) => row.code === code);
  const counts = preview.data?.map((each) => number(each.count)).join(" → ");
  return (
    <Dialog title={t("reuse.title")} act={t("reuse.do")} onAct={reuse} onClose={onClose} disabled={!code}>
      {list.data && rows.length === 0 && <Empty title={t("reuse.none")} text={t("reuse.none_about")} />}
      <Radio.Group value={code} onChange={choose} label={rows.length ? t("reuse.choose") : undefined}>
        <Stack gap="xs" mt={4}>
          {rows.map((row) => (
            <Group key={row.code} justify="space-between" wrap="nowrap">
              <Radio value={row.code} label={`${row.description || row.code} (${row.code})`} description={t("reuse.actions", { count: Math.min(row.no_of_actions, 2), shown: row.no_of_actions, by: row.by })} />
              <Button size="compact-xs" variant="subtle" color="red" aria-label={`${t("common:delete")}: ${row.code}`} onClick={() => drop(row)}>
                {t("common:delete")}
              </Button>
            </Group>
          ))}
        </Stack>
      </Radio.Group>
      {chosen && <Rename key={chosen.code} saved={chosen} />}
      {preview.error ? <Failed error={preview.error} what={t("reuse.title")} /> : counts && <Text size="sm">{t("reuse.preview", { counts })}</Text>}
      {going && <Drop saved={going} onClose={(gone) => { drop(null); if (gone && going.code === code) choose(""); }} />}
    </Dialog>
  );
}

/** Another description, saved when the field is left. */
function Rename({ saved }: { saved: Saved }) {
  const { t } = useTranslation("worksheets");
  const queries = useQueryClient();
  const [text, setText] = useState(saved.description);
  const [error, fail] = useState<unknown>(null);
  const save = async () => {
    if (text.trim() === saved.description) return;
    try {
      await describeSaved(saved.code, text.trim());
      await changed(queries, "/api/saved-criteria");
      fail(null);
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <>
      <TextInput size="xs" label={t("save.description")} value={text} onChange={(event) => setText(event.currentTarget.value)} onBlur={() => void save()} />
      {error != null && <Failed error={error} what={t("save.description")} />}
    </>
  );
}

function Drop({ saved, onClose }: { saved: Saved; onClose: (gone: boolean) => void }) {
  const { t } = useTranslation("worksheets");
  const queries = useQueryClient();
  const [error, fail] = useState<unknown>(null);
  const go = async () => {
    try {
      await deleteSaved(saved.code);
      await changed(queries, "/api/saved-criteria");
      onClose(true);
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <Confirm opened title={t("reuse.delete", { code: saved.code })} act={t("common:delete")} danger error={error} onAct={() => void go()} onClose={() => onClose(false)}>
      {t("reuse.delete_about")}
    </Confirm>
  );
}
