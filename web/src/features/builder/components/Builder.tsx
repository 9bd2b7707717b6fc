/** The segment builder: what it is called, its rule, and beside it what the rule means right now. */
import { Button, Grid, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { gaps } from "~/components/rules/model/gaps";
import type { Vocabulary } from "~/components/rules/model/vocabulary";
import { State } from "~/components/State";
import { useMay } from "~/lib/session";
import { useAnswers } from "../api/answers";
import type { Schemas } from "~/lib/api/client";
import { type Draft, lacks, ruleOf } from "../model/draft";
import { About } from "./About";
import { Conflict } from "./Conflict";
import { Leaving } from "./Leaving";
import { LivePanel } from "./LivePanel";
import { Publish } from "./Publish";
import { RulePanel } from "./RulePanel";
import { useDraft } from "./useDraft";
import { type Saved, useSaving } from "./useSaving";

export interface BuilderProps {
  first: Draft;
  /** What is edited; `null`: a new segment. */
  found: Schemas["Definition"] | null;
  etag: string;
  vocabulary: Vocabulary;
}

export function Builder({ first, found, etag, vocabulary }: BuilderProps) {
  const { t } = useTranslation("builder");
  const navigate = useNavigate();
  const free = useRef(false);
  const readOnly = !useMay("segments:write");
  const { draft, change, undo, redo, restart } = useDraft(first);
  const [tried, setTried] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const leave = ({ draft: saved, publish }: Saved) => {
    if (!publish && found) return;
    free.current = true;
    void navigate(publish ? { to: "/segments/$id", params: { id: saved.id } as never } : { to: "/segments/$id/edit", params: { id: saved.id } as never, replace: true });
  };
  const saving = useSaving(first, etag, leave, () => setPublishing(false));
  const answers = useAnswers(JSON.stringify(ruleOf(draft)), found?.published_version ? found.id : null);
  const missing = lacks(draft);
  const dirty = saving.isDirty(draft);
  // What is published is what stands here: there is nothing to do.
  const current = found?.state === "published" && found.published_version === found.latest && !saving.saved;
  const wrong = answers.problems.length > 0;
  const attempt = (act: () => void) => {
    setTried(true);
    saving.reset();
    if (!missing.length) act();
  };
  return (
    <Page
      title={draft.name.trim() || t("new")}
      above={found ? { label: found.name, to: `/segments/${encodeURIComponent(found.id)}` } : { label: t("common:page.segments"), to: "/segments" }}
      hint={
        <Group gap="xs">
          {found && <State state={found.state} />}
          <Text size="sm" c="dimmed" aria-live="polite">
            {t(readOnly ? "status.read" : dirty ? "status.dirty" : saving.saved ? "status.saved" : found ? "status.same" : "status.new")}
          </Text>
        </Group>
      }
      actions={
        !readOnly && (
          <>
            <Button variant="subtle" size="xs" disabled={!undo} onClick={() => undo?.()} title="Ctrl+Z">{t("undo")}</Button>
            <Button variant="subtle" size="xs" disabled={!redo} onClick={() => redo?.()} title="Ctrl+Shift+Z">{t("redo")}</Button>
            <Button variant="default" size="xs" loading={saving.busy === "draft"} disabled={!dirty || wrong} onClick={() => attempt(() => saving.save(draft, false))}>{t("save")}</Button>
            <Button size="xs" disabled={wrong || (!dirty && current)} onClick={() => attempt(() => setPublishing(true))}>{t("publish.button")}</Button>
          </>
        )
      }
    >
      {saving.theirs && <Conflict theirs={saving.theirs} busy={saving.busy !== null} onMine={() => saving.insist(draft)} onTheirs={() => restart(saving.yield() ?? draft)} />}
      {saving.error != null && !publishing && <Failed error={saving.error} what={t("save")} />}
      {tried && missing.length > 0 && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {missing.map((lack) => t(`lack.${lack}`)).join(" ")}
        </Text>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="md">
            <About draft={draft} known={found !== null} lacks={tried ? missing : []} taken={saving.taken === draft.id && draft.id !== ""} readOnly={readOnly} onChange={change} />
            <RulePanel draft={draft} vocabulary={vocabulary} problems={answers.problems} readOnly={readOnly} onChange={change} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <div style={{ position: "sticky", top: "calc(var(--app-shell-header-height, 0px) + 16px)" }}>
            <LivePanel answers={answers} gaps={draft.mode === "simple" ? gaps(draft.rule).size : 0} />
          </div>
        </Grid.Col>
      </Grid>
      <Publish draft={draft} opened={publishing} busy={saving.busy === "publish"} error={saving.error} onAct={() => saving.save(draft, true)} onClose={() => setPublishing(false)} />
      <Leaving dirty={dirty && !readOnly} free={free} />
    </Page>
  );
}
