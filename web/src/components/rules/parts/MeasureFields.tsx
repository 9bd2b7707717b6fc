/** What is computed of the events: how many, or a sum, an average … of a property. */
import { Group, NumberInput, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEditing } from "../context";
import { chosen, kindOfMeasure, measurable } from "../model/operators";
import { type EventRule, group, type Measure, type MeasureKind, type Test } from "../model/rule";
import { eventScope, kindOf, objectLists, paths, type Scope, type Vocabulary } from "../model/vocabulary";
import { nameOf } from "../ValueFields";
import { PathField } from "./PathField";
import { TestFields } from "./TestFields";

const KINDS: readonly MeasureKind[] = ["count", "sum", "average", "min", "max", "distinct", "first", "last"];
const COUNTS = ["once", "never", "at_least", "more_than", "at_most", "less_than", "is", "is_not", "between"] as const;

export type Counted = Pick<EventRule, "measure" | "test" | "over" | "where">;

export function MeasureFields({ rule, scope, invalid, onChange }: { rule: EventRule; scope: Scope; invalid: boolean; onChange: (next: Partial<Counted>, field?: string) => void }) {
  const { t } = useTranslation("rules");
  const { vocabulary, readOnly } = useEditing();
  const { measure, test } = rule;
  const bare = measure.kind === "count" && measure.of === null;
  const known = kindOf(scope.fields, measure.of ?? "");
  const kind = kindOfMeasure(measure, known.kind);
  const choices = paths(scope.fields)
    .filter((field) => measurable(measure.kind, field.kind, vocabulary) && !field.fields.length)
    .map((field) => ({ value: field.name, name: nameOf(field.name, t), kind: field.kind }));
  const turn = (chosen: string) => {
    const [kind, list = ""] = chosen.split("|") as [MeasureKind, string?];
    const over = list || null;
    const same = over === rule.over;
    const of = same && kind !== "count" && measure.of && measurable(kind, known.kind, vocabulary) ? measure.of : null;
    const made: Measure = { kind, of };
    const counted = kind === "count" ? (bare ? test : null) : bare ? fitting(null) : fitting(test);
    // What was asked of events means nothing for their line items.
    onChange({ measure: made, test: counted, ...(!same && { over, where: group() }) });
  };
  return (
    <>
      <Select size="xs" w={{ base: "100%", xs: "11rem" }} aria-label={t("field.measure")} data={measures(rule, vocabulary, t)} value={`${measure.kind}|${rule.over ?? ""}`} disabled={readOnly} allowDeselect={false} maxDropdownHeight={420} onChange={(next) => next && turn(next)} />
      {!bare && (
        <PathField value={measure.of} label={t("field.measured")} placeholder={t("choose.property")} choices={choices} error={invalid && !measure.of}
          onChange={(of) => onChange({ measure: { ...measure, of } })} />
      )}
      {bare ? (
        <Count test={test} invalid={invalid} onChange={(next, field) => onChange({ test: next }, field)} />
      ) : (
        <TestFields test={test ?? fitting(test)} kind={kind} element={null} asked={{ subject: "field", path: measure.of ?? "", event: scope.event, list: rule.over }} about={t(`measure.${measure.kind}`)} invalid={invalid && !!measure.of}
          onChange={(next, field) => onChange({ test: next }, field)} />
      )}
    </>
  );
}

/** What can be computed: of the events, and of the elements of their lists. */
function measures(rule: EventRule, vocabulary: Vocabulary, t: (key: string, filled?: Record<string, string>) => string) {
  const lists = objectLists(eventScope(vocabulary, rule.event, null).fields).map(({ name }) => name);
  const all = [...new Set(["", ...lists, ...(rule.over ? [rule.over] : [])])];
  const items = (list: string) => KINDS.map((kind) => ({ value: `${kind}|${list}`, label: list ? t(kind === "count" ? "measure.items" : "measure.of_items", { list, measure: t(`measure.${kind}`) }) : t(`measure.${kind}`) }));
  if (all.length === 1) return items("");
  return all.map((list) => ({ group: list ? t("over.items", { list }) : t("over.events"), items: items(list) }));
}

const fitting = (test: Test | null): Test => (test && (typeof test.value === "number" || Array.isArray(test.value)) ? test : { op: "at_least", value: null });

function Count({ test, invalid, onChange }: { test: Test | null; invalid: boolean; onChange: (test: Test | null, field?: string) => void }) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const op = test === null ? "once" : test.op === "is" && test.value === 0 ? "never" : test.op;
  const data = COUNTS.map((each) => ({ value: each as string, label: t(`count.${each}`) }));
  const all = data.some(({ value }) => value === op) ? data : [{ value: op, label: t(`op.number.${op}`, op) }, ...data];
  const turn = (next: string) => {
    if (next === "once") return onChange(null);
    if (next === "never") return onChange({ op: "is", value: 0 });
    onChange(op === "once" || op === "never" ? chosen({ op: "is", value: next === "less_than" ? 2 : 1 }, next, "integer") : chosen(test!, next, "integer"));
  };
  const number = (value: unknown, label: string, set: (value: unknown) => void) => (
    <NumberInput size="xs" w="3.6rem" min={0} hideControls allowDecimal={false} allowNegative={false} aria-label={label} disabled={readOnly} error={invalid && value == null}
      value={typeof value === "number" ? value : ""} onChange={(said) => set(said === "" ? null : Number(said))} />
  );
  const [low, high] = Array.isArray(test?.value) ? (test.value as unknown[]) : [];
  return (
    <Group gap={6}>
      <Select size="xs" w="8.5rem" aria-label={t("field.times")} data={all} value={op} disabled={readOnly} allowDeselect={false} maxDropdownHeight={320} onChange={(next) => next && turn(next)} />
      {test && test.op === "between" && (
        <>
          {number(low, t("field.low", { of: t("times") }), (value) => onChange({ ...test, value: [value, high] }, "count"))}
          <Text size="xs" lh="30px">{t("and")}</Text>
          {number(high, t("field.high", { of: t("times") }), (value) => onChange({ ...test, value: [low, value] }, "count"))}
        </>
      )}
      {test && op !== "never" && test.op !== "between" && number(test.value, t("times"), (value) => onChange({ ...test, value }, "count"))}
      {test && op !== "never" && <Text size="xs" lh="30px">{t("times")}</Text>}
    </Group>
  );
}
