/** The editor itself, read only where somebody edits a text: CodeMirror with the parser of a language. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, LanguageSupport, LRLanguage } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as hint } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import { parser as journey } from "~grammar/journey.js";
import { parser as pql } from "~grammar/pql.js";
import { completing } from "./completing";
import { hovering } from "./hovering";
import { colours, look } from "./looks";
import { type EditorLanguage, type EditorProblem, underlined, type Word } from "./words";

const languages: Record<EditorLanguage, LRLanguage> = {
  pql: LRLanguage.define({ name: "pql", parser: pql, languageData: { closeBrackets: { brackets: ["(", "[", "{", '"'] } } }),
  journey: LRLanguage.define({ name: "journey", parser: journey, languageData: { closeBrackets: { brackets: ["(", "[", "{", '"'] } } }),
};

export interface EditorProps {
  language: EditorLanguage;
  value: string;
  onChange: (value: string) => void;
  problems: readonly EditorProblem[];
  words: readonly Word[];
  /** Ids of the label, and of what is said below. */
  labelledBy: string;
  describedBy: string;
  readOnly: boolean;
  placeholder?: string;
  minHeight: string;
  /** The view, for those who want to lead the cursor to a place. */
  handle: RefObject<EditorView | null>;
}

/** A change that the page made, not the person. */
const outside = Annotation.define<boolean>();

/** Tab is left to the page: whoever comes in by the keyboard gets out again. */
const keys = keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]);
const editing: Extension[] = [lineNumbers(), history(), bracketMatching(), closeBrackets(), lintGutter(), keys, look, colours, EditorView.lineWrapping];

export default function Editor(props: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const { handle, language, labelledBy, describedBy, readOnly, placeholder, minHeight, value, problems } = props;

  useEffect(() => {
    const words = () => now.current.words;
    const view = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: now.current.value,
        extensions: [
          ...editing,
          new LanguageSupport(languages[language]),
          autocompletion({ override: [completing(language, words)], icons: false }),
          hovering(language, words),
          EditorState.readOnly.of(readOnly),
          EditorView.theme({ ".cm-content, .cm-gutter": { minHeight } }),
          EditorView.contentAttributes.of({ "aria-labelledby": labelledBy, "aria-describedby": describedBy, "aria-multiline": "true" }),
          placeholder ? hint(placeholder) : [],
          EditorView.updateListener.of((update) => {
            const typed = update.docChanged && !update.transactions.some((each) => each.annotation(outside));
            if (typed) now.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    handle.current = view;
    return () => {
      handle.current = null;
      view.destroy();
    };
  }, [language, readOnly, labelledBy, describedBy, placeholder, minHeight, handle]);

  useEffect(() => {
    const view = handle.current;
    if (!view || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, annotations: outside.of(true) });
  }, [value, handle]);

  useEffect(() => {
    const view = handle.current;
    if (!view) return;
    const found = problems.flatMap((problem): Diagnostic[] => {
      const at = underlined(view.state.doc.toString(), problem);
      return at ? [{ ...at, severity: "error", message: [problem.message, problem.original, problem.hint].filter(Boolean).join("\n") }] : [];
    });
    view.dispatch(setDiagnostics(view.state, found));
  }, [problems, handle]);

  return <div ref={place} />;
}
