/**
 * A text in one of the languages, with a label, colours, completion, help under the pointer and problems at their place.
 *
 *     <CodeEditor language="pql" label={t("rule")} value={text} onChange={setText} problems={problems} words={words} />
 *
 * The heavy part is read when the first editor is shown; till then its place is kept free.
 */
import { Anchor, Box, Input, List, Skeleton, Text } from "@mantine/core";
import type { EditorView } from "@codemirror/view";
import { lazy, type ReactNode, Suspense, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type EditorLanguage, type EditorProblem, underlined, type Word } from "./words";

export type { EditorLanguage, EditorProblem, Word } from "./words";

const Editor = lazy(() => import("./Editor"));
const NONE: readonly never[] = [];

export interface CodeEditorProps {
  language: EditorLanguage;
  label: string;
  value: string;
  onChange: (value: string) => void;
  description?: ReactNode;
  problems?: readonly EditorProblem[];
  /** Names of the workspace that are offered: attributes, events, segments. */
  words?: readonly Word[];
  readOnly?: boolean;
  placeholder?: string;
  minHeight?: string;
}

export function CodeEditor({ language, label, value, onChange, description, problems = NONE, words = NONE, readOnly = false, placeholder, minHeight = "6rem" }: CodeEditorProps) {
  const id = useId();
  const handle = useRef<EditorView>(null);
  return (
    <Box miw={0}>
      <Input.Label id={`${id}-label`} labelElement="div" onClick={() => handle.current?.focus()}>
        {label}
      </Input.Label>
      {description && <Input.Description mb={4}>{description}</Input.Description>}
      <Suspense fallback={<Skeleton h={`calc(${minHeight} + 18px)`} />}>
        <Editor {...{ language, value, onChange, problems, words, readOnly, placeholder, minHeight, handle }} labelledBy={`${id}-label`} describedBy={`${id}-problems`} />
      </Suspense>
      <div id={`${id}-problems`} aria-live="polite">
        {/* Its words may have to be read first: the page stays as it is meanwhile. */}
        <Suspense>{problems.length > 0 && <Problems text={value} problems={problems} onGo={(place) => lead(handle.current, place)} />}</Suspense>
      </div>
    </Box>
  );
}

function lead(view: EditorView | null, place: { from: number; to: number }): void {
  if (!view) return;
  const end = view.state.doc.length;
  view.dispatch({ selection: { anchor: Math.min(place.from, end), head: Math.min(place.to, end) }, scrollIntoView: true });
  view.focus();
}

function Problems({ text, problems, onGo }: { text: string; problems: readonly EditorProblem[]; onGo: (place: { from: number; to: number }) => void }) {
  const { t } = useTranslation("editor");
  return (
    <List size="xs" mt={4} c="var(--mantine-color-error)" listStyleType="none">
      {problems.map((problem, number) => {
        const place = underlined(text, problem);
        return (
          <List.Item key={number}>
            {place ? (
              <Anchor component="button" type="button" size="xs" c="inherit" ta="left" underline="always" onClick={() => onGo(place)}>
                {t("at", lineOf(text, place.from))}
              </Anchor>
            ) : null}
            {place && " "}
            {problem.message}
            {(problem.original || problem.hint) && (
              <Text span size="xs" c="dimmed" lang="en">
                {problem.original && ` (${problem.original})`}
                {problem.hint && ` ${problem.hint}`}
              </Text>
            )}
          </List.Item>
        );
      })}
    </List>
  );
}

function lineOf(text: string, place: number): { line: number; column: number } {
  const before = text.slice(0, place).split("\n");
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}
