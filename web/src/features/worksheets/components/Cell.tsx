/** A cell that is typed in place: Enter or a click opens it, Enter saves, Escape leaves it as it was. */
import { NativeSelect, Text, TextInput, UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "~/lib/api/request";
import { setLine } from "../api/worksheets";
import type { Line } from "../model/types";
import { useSheet } from "./context";

export interface CellProps {
  line: Line;
  field: string;
  label: string;
  /** What is shown while nobody types. */
  shown: string;
  type?: "text" | "date" | "number";
  choices?: readonly { value: string; label: string }[];
}

export function Cell({ line, field, label, shown, type = "text", choices }: CellProps) {
  const { t } = useTranslation("worksheets");
  const { header, may, act } = useSheet();
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const saving = useRef(false);
  const back = useRef(false);
  const name = t("lines.edit", { field: label, name: line.contact_name || line.contact_no || line.line_no });
  const leave = () => {
    setDraft(null);
    setProblem(null);
    back.current = true;
  };
  // Whoever typed goes on from where she was.
  useEffect(() => {
    if (draft !== null || !back.current) return;
    back.current = false;
    button.current?.focus();
  }, [draft]);
  const save = async (value: string, stay: boolean) => {
    if (saving.current) return;
    if (value === String(line[field] ?? "")) return stay ? leave() : setDraft(null);
    saving.current = true;
    try {
      const typed = type === "number" ? Number(value || 0) : type === "date" && !value ? null : value;
      await act((answers) => setLine(header.no, line, field, typed, answers));
      setProblem(null);
      if (stay) leave();
      else setDraft(null);
    } catch (error) {
      setProblem(error instanceof Failure ? error.problem.message : String(error));
    } finally {
      saving.current = false;
    }
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "Escape") leave();
    if (event.key === "Enter" && draft !== null) {
      event.preventDefault();
      void save(draft, true);
    }
  };
  if (draft === null)
    return (
      <UnstyledButton ref={button} disabled={!may} onClick={() => setDraft(String(line[field] ?? ""))} aria-label={`${name}: ${shown || t("lines.blank")}`} display="block" w="100%" ta="inherit" lh={1.4}>
        <Text size="sm" truncate maw="14rem" component="span" display="block" c={shown ? undefined : "dimmed"}>
          {shown || "–"}
        </Text>
      </UnstyledButton>
    );
  if (choices)
    return (
      <NativeSelect size="xs" miw="9rem" aria-label={name} autoFocus value={draft} error={problem} data={[{ value: "", label: "–" }, ...choices]} onKeyDown={key} onChange={(event) => setDraft(event.currentTarget.value)} onBlur={() => void save(draft, false)} />
    );
  return <TextInput size="xs" miw="7rem" type={type} step="any" aria-label={name} autoFocus value={draft} error={problem} onKeyDown={key} onChange={(event) => setDraft(event.currentTarget.value)} onBlur={() => void save(draft, false)} />;
}
