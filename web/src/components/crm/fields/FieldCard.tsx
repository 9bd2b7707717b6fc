/** Fields of a card, each saved when it is left; beside it stands what became of that, and a way to take it back. */
import { Anchor, Box, Loader, SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "~/lib/api/request";
import { FieldInput } from "./FieldInput";
import { type Field, lowered, same, sent, told, type Value, type Values } from "./spec";

export interface CardProps {
  fields: readonly Field[];
  /** The card as it is on the server. */
  values: Values;
  onSave: (change: Record<string, Value>) => Promise<unknown>;
  disabled?: boolean;
  columns?: number;
}

export function FieldCard({ fields, values, onSave, disabled, columns = 2 }: CardProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: Math.min(columns, 2), lg: columns }} spacing="md" verticalSpacing="sm">
      {fields.map((field) => (
        <Box key={field.name} pos="relative" pt={lowered(field, fields)} style={field.wide ? { gridColumn: "1 / -1" } : undefined}>
          <Single field={field} value={values[field.name]} onSave={onSave} disabled={disabled} />
        </Box>
      ))}
    </SimpleGrid>
  );
}

type Step = { at: "rest" } | { at: "saving" } | { at: "saved"; before: Value } | { at: "failed"; message: string };

/** The message at the field, whatever the server said it was about: only this field was sent. */
function messageOf(problem: unknown, name: string): string {
  const here = told(problem, [name]).fields[name];
  if (here) return here;
  if (!(problem instanceof Failure)) return String(problem);
  return [problem.problem.message, problem.problem.hint].filter(Boolean).join(" · ");
}

function Single({ field, value, onSave, disabled }: Omit<CardProps, "fields" | "values"> & { field: Field; value: Value | undefined }) {
  const [draft, setDraft] = useState<{ value: Value } | null>(null);
  const [step, setStep] = useState<Step>({ at: "rest" });
  const save = async (next: Value, undo = false) => {
    if (same(field, next, value)) {
      setDraft(null);
      if (step.at === "failed") setStep({ at: "rest" });
      return;
    }
    setStep({ at: "saving" });
    try {
      await onSave({ [field.name]: sent(field, next) });
      setStep(undo ? { at: "rest" } : { at: "saved", before: sent(field, value) });
      setDraft(null);
    } catch (problem) {
      setStep({ at: "failed", message: messageOf(problem, field.name) });
    }
  };
  const chosen = field.kind === "flag" || field.kind === "choice" || field.kind === "code" || field.kind === "contact";
  const change = (next: Value) => {
    setDraft({ value: next });
    if (chosen) void save(next);
  };
  return (
    <>
      <FieldInput
        field={field}
        value={draft ? draft.value : value}
        onChange={change}
        onLeave={chosen ? undefined : () => draft && void save(draft.value)}
        error={step.at === "failed" ? step.message : undefined}
        disabled={disabled}
      />
      <Outcome step={step} onUndo={(before) => void save(before, true)} />
    </>
  );
}

function Outcome({ step, onUndo }: { step: Step; onUndo: (before: Value) => void }) {
  const { t } = useTranslation("fields");
  return (
    <Box pos="absolute" top={0} right={0} aria-live="polite">
      {step.at === "saving" && <Loader size={12} />}
      {step.at === "saved" && (
        <Text size="xs" c="dimmed" component="span">
          {t("saved")} ·{" "}
          <Anchor component="button" type="button" size="xs" onClick={() => onUndo(step.before)}>
            {t("undo")}
          </Anchor>
        </Text>
      )}
    </Box>
  );
}
