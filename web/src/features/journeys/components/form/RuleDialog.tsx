/** Writes a rule: chosen from lists, or as an expression; what one of them can hold goes over to the other. */
import { Alert, Button, Group, Modal, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeEditor, type EditorProblem } from "~/components/editor/CodeEditor";
import { Failed } from "~/components/Failed";
import { vocabulary } from "~/components/rules/api";
import { gaps } from "~/components/rules/model/gaps";
import { tree } from "~/components/rules/model/print";
import { readRule } from "~/components/rules/model/read";
import { type Group as RuleGroup, group } from "~/components/rules/model/rule";
import { eventScope, type Vocabulary, words } from "~/components/rules/model/vocabulary";
import { RuleEditor } from "~/components/rules/RuleEditor";
import { api } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { isEmpty, modeOfRule, type RuleMode, textOf } from "../../model/rules";

export interface RuleDialogProps {
  title: string;
  rule: unknown;
  /** The event at hand, in filters of an event; otherwise the rule is about the person. */
  event: string | null;
  onChange: (rule: unknown) => void;
  onClose: () => void;
}

export function RuleDialog({ title, rule, event, onChange, onClose }: RuleDialogProps) {
  const { t } = useTranslation(["journeys", "rules"]);
  const known = useQuery(vocabulary);
  const [mode, turn] = useState<RuleMode>(modeOfRule(rule));
  const [simple, setSimple] = useState<RuleGroup>(() => (isEmpty(rule) || textOf(rule) !== null ? group() : readRule(rule)));
  const [text, setText] = useState(textOf(rule) ?? "");
  const over = useMutation({ mutationFn: (to: RuleMode) => converted(to, to === "advanced" ? tree(simple) : text) });
  const change = (to: RuleMode) => {
    const empty = to === "advanced" ? isEmpty(tree(simple)) : text.trim() === "";
    if (empty) return turn(to);
    over.mutate(to, {
      onSuccess: (found) => {
        if (to === "advanced") setText(String(found));
        else setSimple(readRule(found));
        turn(to);
      },
    });
  };
  const open = mode === "simple" && !isEmpty(tree(simple)) ? gaps(simple).size : 0;
  const done = () => {
    const next = mode === "simple" ? tree(simple) : { journey: text };
    onChange(isEmpty(next) ? undefined : next);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} size="64rem" title={title} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="sm">
        <Group justify="space-between">
          <SegmentedControl size="xs" aria-label={t("rule.mode")} value={mode} onChange={(to) => change(to as RuleMode)} data={(["simple", "advanced"] as const).map((value) => ({ value, label: t(`rule.${value}`) }))} />
          {event && <Text size="xs" c="dimmed">{t("rule.about_event", { event })}</Text>}
        </Group>
        {over.error != null && <Refused error={over.error} to={over.variables} />}
        {known.error && <Failed error={known.error} what={t("rule.names")} again={() => void known.refetch()} />}
        {!known.data ? (
          <Skeleton h={160} />
        ) : mode === "simple" ? (
          <Simple known={known.data as unknown as Vocabulary} rule={simple} event={event} onChange={setSimple} />
        ) : (
          <CodeEditor language="journey" label={t("rule.expression")} description={event ? t("rule.help_event", { event }) : t("rule.help")} value={text} onChange={setText}
            words={words(known.data as unknown as Vocabulary, "journey")} problems={problemsOf(over.error)} minHeight="9rem" />
        )}
        <Group justify="flex-end" gap="xs">
          {open > 0 && <Text size="xs" c="dimmed">{t("rule.unfinished", { count: open })}</Text>}
          <Button size="xs" variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button size="xs" onClick={done}>
            {t("rule.apply")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const converted = (to: RuleMode, rule: unknown): Promise<unknown> =>
  api.post("/api/rules/convert", { body: { rule, language: to === "advanced" ? "tree" : "journey", to: to === "advanced" ? "journey" : "tree" } });

function Simple({ known, rule, event, onChange }: { known: Vocabulary; rule: RuleGroup; event: string | null; onChange: (rule: RuleGroup) => void }) {
  return <RuleEditor rule={rule} vocabulary={known} scope={event ? eventScope(known, event, null) : undefined} onChange={onChange} />;
}

const problemsOf = (error: unknown): readonly EditorProblem[] => (error instanceof Failure ? (error.problem.problems ?? [error.problem]) : []);

function Refused({ error, to }: { error: unknown; to: RuleMode | undefined }) {
  const { t } = useTranslation("journeys");
  const [first] = problemsOf(error);
  return (
    <Alert color="orange" role="alert" py="xs">
      {t(to === "simple" ? "rule.not_simple" : "rule.not_advanced")} {first?.message ?? String(error)}
    </Alert>
  );
}
