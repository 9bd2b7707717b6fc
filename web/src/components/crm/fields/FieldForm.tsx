/** Fields that are saved together. What the server finds wrong stands at the field it names, the rest below. */
import { Button, Group, SimpleGrid, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { FieldInput } from "./FieldInput";
import { NoSeries, unnumbered } from "./NoSeries";
import { type Field, lowered, told, type Value, type Values } from "./spec";

export interface FormProps {
  fields: readonly Field[];
  initial?: Values;
  /** The word on the button. */
  act: string;
  /** What failed, if it fails. */
  what: string;
  onSave: (values: Values) => Promise<unknown>;
  onClose?: () => void;
  children?: ReactNode;
  /** What else follows when a field is changed. */
  onChange?: (values: Values, changed: string, before: Values) => Values;
  disabled?: boolean;
  /** Another way to end: a second button. */
  also?: { act: string; onSave: (values: Values) => Promise<unknown> };
}

export function FieldForm({ fields, initial = {}, act, what, onSave, onClose, children, onChange, disabled, also }: FormProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>(initial);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const missing = unnumbered(error);
  const problems = told(error, fields.map(({ name }) => name));
  const change = (name: string) => (value: Value) =>
    setValues((before) => {
      const next = { ...before, [name]: value };
      return onChange ? onChange(next, name, before) : next;
    });
  const run = async (save: (values: Values) => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await save(values);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(onSave);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Grid fields={fields} values={values} errors={problems.fields} onChange={change} />
        {children}
        {missing ? <NoSeries kind={missing} error={error} what={what} again={() => void run(onSave)} /> : problems.rest != null && <Failed error={problems.rest} what={what} />}
        <Group justify="flex-end" gap="xs">
          {onClose && (
            <Button variant="default" size="xs" onClick={onClose}>
              {t("cancel")}
            </Button>
          )}
          {also && (
            <Button variant="default" size="xs" disabled={busy || disabled} onClick={() => void run(also.onSave)}>
              {also.act}
            </Button>
          )}
          <Button type="submit" size="xs" loading={busy} disabled={disabled}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface GridProps {
  fields: readonly Field[];
  values: Values;
  errors: Record<string, string>;
  onChange: (name: string) => (value: Value) => void;
}

function Grid({ fields, values, errors, onChange }: GridProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      {fields.map((field, place) => (
        <div key={field.name} style={{ paddingTop: lowered(field, fields), ...(field.wide ? { gridColumn: "1 / -1" } : {}) }}>
          <FieldInput first={place === 0} field={field} value={values[field.name]} error={errors[field.name]} onChange={onChange(field.name)} />
        </div>
      ))}
    </SimpleGrid>
  );
}
