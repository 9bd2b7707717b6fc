/** One condition: field, operator, value. */
import { CloseButton, Grid, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isContact, useKnown } from "./known";
import { type Condition, type Op, OPS, parse, write } from "./model/expression";
import { fieldOf } from "./model/fields";
import type { Expressions } from "./model/shape";
import { Value } from "./Value";

export interface RowProps {
  table: string;
  name: string;
  expression: string;
  /** The other conditions on the same row. */
  beside: Expressions;
  onChange: (expression: string) => void;
  onRemove: () => void;
}

export function Row({ table, name, expression, beside, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("crm");
  const field = fieldOf(table, name);
  const choices = useKnown(table, name, beside);
  // Numbers that stand for something with a name are picked like codes.
  const kind = field.kind === "number" && choices ? "code" : field.kind;
  const label = t(`field.${name}`, name);
  // An operator without value yet is no expression: it is kept here until it is one.
  const [typed, setTyped] = useState<Condition>(() => parse(expression, kind));
  const condition = write(typed) === expression && OPS[kind].includes(typed.op) ? typed : parse(expression, kind);
  const change = (next: Condition) => {
    setTyped(next);
    onChange(write(next));
  };
  const operate = (op: Op) => change({ op, values: op === "expression" ? [write(condition)] : condition.op === "expression" ? [] : condition.values });
  return (
    <Grid gap={6} align="flex-start" role="group" aria-label={label}>
      <Grid.Col span={{ base: 12, xs: 2.8 }}>
        <Text size="xs" fw={500} pt={6}>
          {label}
        </Text>
      </Grid.Col>
      <Grid.Col span={{ base: 10, xs: 3.4 }}>
        <NativeSelect size="xs" aria-label={t("filter.operator", { field: label })} value={condition.op} onChange={(event) => operate(event.currentTarget.value as Op)} data={OPS[kind].map((op) => ({ value: op, label: t(`op.${op}`) }))} />
      </Grid.Col>
      <Grid.Col span={{ base: 2, xs: 0.8 }} order={{ base: 2, xs: 4 }} ta="right">
        <CloseButton size="sm" aria-label={t("filter.remove_field", { field: label })} onClick={onRemove} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, xs: 5 }} order={3}>
        <Value label={t("filter.value", { field: label })} field={field} kind={kind} condition={condition} choices={choices} contact={isContact(table, name)} onChange={(values) => change({ ...condition, values })} />
      </Grid.Col>
    </Grid>
  );
}
