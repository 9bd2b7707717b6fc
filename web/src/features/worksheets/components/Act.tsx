/** Add, reduce, refine: whom, with which options, and what would come of it while one still thinks. */
import { Button, Checkbox, Drawer, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FilterEditor, type FilterShape, isBlank } from "~/components/crm/filters";
import { Failed } from "~/components/Failed";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { run } from "../api/worksheets";
import { type Kind, OPTIONS } from "../model/types";
import { Preview } from "./Preview";
import { useSheet } from "./context";

export interface ActProps {
  kind: Kind;
  /** The filter to begin with. */
  start?: FilterShape;
  onClose: () => void;
}

export function Act({ kind, start, onClose }: ActProps) {
  const { t } = useTranslation("worksheets");
  return (
    <Drawer opened onClose={onClose} position="right" size="46rem" title={t(`act.${kind}.title`)} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Form kind={kind} start={start} onClose={onClose} />
    </Drawer>
  );
}

const FIRST: FilterShape = { contact: { search_name: "" } };

interface Draft {
  shape: FilterShape;
  options: Record<string, boolean>;
}
/** What was put together and not run yet: closing the drawer by mistake loses nothing. */
const drafts = new Map<string, Draft>();

function Form({ kind, start, onClose }: ActProps) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const kept = `${header.no} ${kind}`;
  const [draft, setDraft] = useState<Draft>(() => (start ? null : drafts.get(kept)) ?? { shape: start ?? FIRST, options: {} });
  const { shape, options } = draft;
  const edit = (next: Draft) => {
    drafts.set(kept, next);
    setDraft(next);
  };
  const [error, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [affected, setAffected] = useState<number | null>(null);
  const go = async () => {
    setBusy(true);
    fail(null);
    try {
      const done = await act((answers) => run(kind, header.no, shape, options, header.version, answers));
      if (!done) return;
      drafts.delete(kept);
      say({ text: t(`act.${kind}.done`, { count: Math.min(done.count, 2), shown: number(done.count) }), undo: !done.reset });
      onClose();
    } catch (problem) {
      fail(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t(`act.${kind}.about`)}
      </Text>
      <LastUsed kind={kind} onUse={(filters, used) => edit({ shape: filters, options: used })} />
      <FilterEditor value={shape} onChange={(next) => edit({ shape: next, options })} />
      <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
        <Text component="legend" size="sm" fw={600} mb={4}>
          {t("act.options")}
        </Text>
        {OPTIONS[kind].map((name) => (
          <Checkbox key={name} size="xs" label={t(`option.${name}`)} description={t(`option_about.${name}`)} checked={options[name] ?? false} onChange={(event) => edit({ shape, options: { ...options, [name]: event.currentTarget.checked } })} />
        ))}
      </Stack>
      <Preview kind={kind} shape={shape} options={options} onCount={setAffected} />
      {error != null && <Failed error={error} what={t(`act.${kind}.title`)} />}
      <Group justify="flex-end" gap="xs" pos="sticky" bottom={0} py="xs" bg="var(--mantine-color-body)">
        {isBlank(shape) && <Text size="xs" c="dimmed">{t("act.everybody")}</Text>}
        <Button variant="default" onClick={onClose}>
          {t("common:cancel")}
        </Button>
        <Button loading={busy} disabled={affected === null} onClick={() => void go()}>
          {affected === null ? t(`act.${kind}.title`) : t(`act.${kind}.do`, { count: Math.min(affected, 2), shown: number(affected) })}
        </Button>
      </Group>
    </Stack>
  );
}

/** What the user ran last with this action, to be proposed again. */
function LastUsed({ kind, onUse }: { kind: Kind; onUse: (filters: FilterShape, options: Record<string, boolean>) => void }) {
  const { t } = useTranslation("worksheets");
  const { data } = useQuery(reading("/api/last-used-criteria/{action}", { path: { action: kind } }));
  if (!data) return null;
  return (
    <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => onUse(data.filters as FilterShape, data.options as Record<string, boolean>)}>
      {t("act.last")}
    </Button>
  );
}
