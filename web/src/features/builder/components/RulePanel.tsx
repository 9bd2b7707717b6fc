/** The rule in one of its two modes, and the switch between them, which never loses what was entered. */
import { Alert, Anchor, Group, SegmentedControl, Select, Skeleton, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CodeEditor } from "~/components/editor/CodeEditor";
import { Panel } from "~/components/Page";
import { ruleAt } from "~/components/rules/model/print";
import { readRule } from "~/components/rules/model/read";
import { type Vocabulary, words } from "~/components/rules/model/vocabulary";
import { RuleEditor } from "~/components/rules/RuleEditor";
import { Failure, type Problem } from "~/lib/api/request";
import { textOf, treeOf } from "../api/segment";
import { back, type Draft, idOf, keeps, knownRule, knownText, type Mode, printed, type TextLanguage, toAdvanced, toSimple } from "../model/draft";
import { Templates } from "./Templates";

export interface RulePanelProps {
  draft: Draft;
  vocabulary: Vocabulary;
  problems: readonly Problem[];
  readOnly: boolean;
  onChange: (next: Partial<Draft>, as?: string) => void;
}

export function RulePanel({ draft, vocabulary, problems, readOnly, onChange }: RulePanelProps) {
  const { t } = useTranslation("builder");
  const crossing = useMutation({ mutationFn: (mode: Mode) => (mode === "advanced" ? advanced(draft) : simple(draft)), onSuccess: (next) => onChange(next) });
  const before = back(draft);
  const data = (["simple", "advanced"] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }));
  const change = (next: Partial<Draft>, as?: string) => {
    crossing.reset();
    onChange(next, as);
  };
  const control = <SegmentedControl size="xs" aria-label={t("mode.label")} data={data} value={draft.mode} disabled={crossing.isPending} onChange={(mode) => crossing.mutate(mode as Mode)} />;
  return (
    <Panel title={t("rule")} right={control}>
      {crossing.error != null && <Refused error={crossing.error} mode={draft.mode} onBack={draft.mode === "advanced" && before ? () => change(before) : null} />}
      <Suspense fallback={<Skeleton h="14rem" />}>
        {draft.mode === "simple" ? (
          <Simple {...{ draft, vocabulary, problems, readOnly }} onChange={change} />
        ) : (
          <Advanced {...{ draft, vocabulary, problems, readOnly }} onChange={change} />
        )}
      </Suspense>
    </Panel>
  );
}

async function advanced(draft: Draft): Promise<Draft> {
  const known = knownText(draft);
  if (known) return toAdvanced(draft, known.text, known.language);
  const { tree } = printed(draft.rule);
  try {
    return toAdvanced(draft, await textOf(tree, "pql"), "pql");
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.problem.code !== "not-expressible") throw problem;
    return toAdvanced(draft, await textOf(tree, "journey").catch(() => Promise.reject(problem)), "journey");
  }
}

async function simple(draft: Draft): Promise<Draft> {
  return toSimple(draft, knownRule(draft) ?? readRule(await treeOf({ [draft.language]: draft.text })));
}

/** Why the other mode cannot be shown; what stands here is untouched. */
function Refused({ error, mode, onBack }: { error: unknown; mode: Mode; onBack: (() => void) | null }) {
  const { t } = useTranslation("builder");
  const problem: Pick<Problem, "message" | "problems"> = error instanceof Failure ? error.problem : { message: String(error) };
  const message = problem.problems?.map((each) => each.message).join(" ") ?? problem.message;
  return (
    <Alert color="yellow" variant="light" mb="sm" title={t(`refused.${mode}.title`)} role="alert">
      <Text size="sm">{message}</Text>
      <Text size="sm">
        {t(`refused.${mode}.hint`)}{" "}
        {onBack && (
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t("refused.back")}
          </Anchor>
        )}
      </Text>
    </Alert>
  );
}

function Simple({ draft, vocabulary, problems, readOnly, onChange }: RulePanelProps) {
  const { t } = useTranslation("builder");
  const about = useMemo(() => {
    const { places } = printed(draft.rule);
    const found = new Map<string, string[]>();
    for (const { where, message, hint } of problems) {
      const id = ruleAt(places, where) ?? draft.rule.id;
      found.set(id, [...(found.get(id) ?? []), hint ? `${message} – ${hint}` : message]);
    }
    return found;
  }, [draft.rule, problems]);
  const parts = keeps(draft.rule);
  return (
    <>
      {!draft.rule.rules.length && !readOnly && (
        <Templates vocabulary={vocabulary} onPick={({ rule }, name) => onChange({ rule, ...(!draft.name && !draft.id && { name, id: idOf(name) }) })} />
      )}
      {parts > 0 && (
        <Alert variant="light" mb="sm" p="xs">
          <Text size="xs">{t("kept", { count: parts })}</Text>
        </Alert>
      )}
      <RuleEditor rule={draft.rule} vocabulary={vocabulary} problems={about} readOnly={readOnly} onChange={(rule, as) => onChange({ rule }, as)} />
    </>
  );
}

function Advanced({ draft, vocabulary, problems, readOnly, onChange }: RulePanelProps) {
  const { t } = useTranslation("builder");
  const { language } = draft;
  const offered = useMemo(() => words(vocabulary, language), [vocabulary, language]);
  const languages = (["pql", "journey"] as const).map((each) => ({ value: each as string, label: t(`language.${each}`) }));
  // A text cannot be read in the other language: it changes only while there is none.
  const fixed = readOnly || draft.text.trim() !== "";
  return (
    <>
      <Group align="flex-end" mb="xs" gap="sm">
        <Select size="xs" w="16rem" label={t("language.label")} data={languages} value={language} disabled={fixed} allowDeselect={false} onChange={(next) => next && onChange({ language: next as TextLanguage })} />
      </Group>
      <CodeEditor language={language} label={t("text")} description={t("text_hint")} value={draft.text} words={offered} problems={problems} readOnly={readOnly} minHeight="9rem"
        placeholder={language === "pql" ? 'xEvent[eventType = "…" and timestamp occurs < 30 days before now].count() >= 1' : undefined} onChange={(text) => onChange({ text }, "text")} />
    </>
  );
}
