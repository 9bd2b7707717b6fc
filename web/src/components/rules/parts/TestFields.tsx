/** The comparison of a condition and what it is compared with. */
import { Checkbox, Group, NumberInput, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Asked } from "../api";
import { useEditing } from "../context";
import { chosen, family, folds, inputOf, operatorsFor, shown, typed } from "../model/operators";
import type { Test, Unit } from "../model/rule";
import { UnitField } from "./Calendar";
import { DateField } from "./DateField";
import { ManyKnown, OneKnown } from "./KnownValues";
import { LengthField } from "./LengthField";

export interface TestFieldsProps {
  test: Test;
  /** Kind of the value, and of the elements where it is a list. */
  kind: string;
  element: string | null;
  asked: Asked;
  /** What the condition is about, for those who cannot see the row. */
  about: string;
  invalid: boolean;
  onChange: (test: Test, field?: string) => void;
}

export function TestFields(props: TestFieldsProps) {
  const { t } = useTranslation("rules");
  const { vocabulary, readOnly } = useEditing();
  const { test, kind, about, onChange } = props;
  const op = shown(test, kind);
  const words = family(kind) === "time" ? "time" : family(kind) === "number" ? "number" : family(kind) === "list" ? "list" : "text";
  const data = operatorsFor(kind, vocabulary, op).map((each) => ({ value: each, label: t([`op.${words}.${each}`, `op.${each}`]) }));
  return (
    <Group gap={6} align="flex-start" style={{ flex: inputOf(test.op) === "many" ? "1 1 18rem" : undefined }}>
      <Select size="xs" w={{ base: "100%", xs: "9rem" }} aria-label={t("field.op", { of: about })} data={data} value={op} disabled={readOnly} allowDeselect={false}
        maxDropdownHeight={360} onChange={(next) => next && onChange(chosen(test, next, kind))} />
      <Values {...props} />
      {family(kind) === "string" && folds(test.op) && test.op !== "matches" && (
        <Checkbox size="xs" label={t("fold")} mt={7} checked={test.ignoreCase ?? false} disabled={readOnly} onChange={(event) => onChange({ ...test, ignoreCase: event.currentTarget.checked || undefined })} />
      )}
    </Group>
  );
}

function Values({ test, kind, element, asked, about, invalid, onChange }: TestFieldsProps) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const label = t("field.value", { of: about });
  const set = (value: unknown) => onChange({ ...test, value }, "value");
  const one = { kind: family(kind) === "list" ? (element ?? "string") : kind, asked, disabled: readOnly };
  switch (inputOf(shown(test, kind))) {
    case "none":
      return null;
    case "length":
      return <LengthField value={String(test.value ?? "")} label={label} disabled={readOnly} onChange={set} />;
    case "unit":
      return <UnitField value={test.value as Unit} label={label} disabled={readOnly} onChange={set} />;
    case "anniversary":
      return <Anniversary value={test.value as Record<string, string>} label={label} onChange={set} />;
    case "many":
      return <Many value={test.value as unknown[]} {...one} label={label} error={invalid} onChange={set} />;
    case "two": {
      const [low, high] = (Array.isArray(test.value) ? test.value : [null, null]) as [unknown, unknown];
      return (
        <>
          <One {...one} value={low} label={t("field.low", { of: about })} error={invalid && low == null} onChange={(value) => set([value, high])} />
          <Text size="xs" lh="30px">{t("and")}</Text>
          <One {...one} value={high} label={t("field.high", { of: about })} error={invalid && high == null} onChange={(value) => set([low, value])} />
        </>
      );
    }
    case "one":
      return <One {...one} value={test.value} label={label} error={invalid} onChange={set} />;
  }
}

interface OneProps {
  value: unknown;
  kind: string;
  asked: Asked;
  label: string;
  error?: boolean;
  disabled?: boolean;
  onChange: (value: unknown) => void;
}

function One({ value, kind, asked, label, error, disabled, onChange }: OneProps) {
  const text = value == null ? "" : String(value);
  if (family(kind) === "number" && kind !== "duration")
    return (
      <NumberInput size="xs" w="5.5rem" aria-label={label} value={typeof value === "number" ? value : ""} error={error} disabled={disabled} hideControls
        allowDecimal={kind !== "integer"} onChange={(said) => onChange(said === "" ? null : Number(said))} />
    );
  if (family(kind) === "time") return <DateField value={text} label={label} error={error} disabled={disabled} onChange={onChange} />;
  return <OneKnown asked={asked} label={label} error={error} disabled={disabled} value={text} onChange={(said) => onChange(said === "" ? null : said)} />;
}

function Many({ value, kind, ...rest }: Omit<OneProps, "value" | "onChange"> & { value: unknown[]; onChange: (value: unknown[]) => void }) {
  const back = (texts: string[]) => rest.onChange(texts.map((text) => typed(text, kind)).filter((each) => each !== null));
  return <ManyKnown {...rest} value={(Array.isArray(value) ? value : []).map(String)} onChange={back} />;
}

function Anniversary({ value, label, onChange }: { value: Record<string, string>; label: string; onChange: (value: Record<string, string>) => void }) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const [key, said] = Object.entries(value)[0] ?? ["in_next", "7 days"];
  const data = ["in_next", "in_last", "this", "next", "last"].map((each) => ({ value: each, label: t(`op.time.${each}`) }));
  const moving = key === "in_next" || key === "in_last";
  const move = (next: string) => onChange({ [next]: next === "in_next" || next === "in_last" ? (moving ? said : "7 days") : moving ? "month" : said });
  return (
    <>
      <Select size="xs" w="9rem" aria-label={t("anniversary", { of: label })} data={data} value={key} disabled={readOnly} allowDeselect={false} onChange={(next) => next && move(next)} />
      {moving ? <LengthField value={said} label={label} disabled={readOnly} onChange={(length) => onChange({ [key]: length })} /> : <UnitField value={said as Unit} label={label} disabled={readOnly} onChange={(unit) => onChange({ [key]: unit })} />}
    </>
  );
}
