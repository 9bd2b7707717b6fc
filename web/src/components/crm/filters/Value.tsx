/** The value of a condition: picked by name where values are known, a day, a number, or typed. */
import { Group, MultiSelect, NumberInput, Select, TagsInput, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { asking } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { type Choice, contactChoice, useContactSearch } from "./known";
import { type Condition, PERIODS, quoted } from "./model/expression";
import type { Field, Kind } from "./model/fields";

export interface ValueProps {
  label: string;
  field: Field;
  kind: Kind;
  condition: Condition;
  choices: readonly Choice[] | undefined;
  contact: boolean;
  onChange: (values: string[]) => void;
}

/** What is typed next to the chosen ones needs little room. */
const NARROW = { inputField: { minWidth: "2.5rem" } };

export function Value({ label, field, kind, condition, choices, contact, onChange }: ValueProps) {
  const { t } = useTranslation("crm");
  const { op, values } = condition;
  const [first = "", second = ""] = values;
  switch (op) {
    case "empty": case "filled": case "yes": case "no": return null;
    case "expression": return <Expression label={label} kind={kind} text={first} onChange={onChange} />;
    case "period": return <Select size="xs" aria-label={label} value={first || null} data={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))} onChange={(value) => onChange([value ?? ""])} />;
    case "last_days": return <NumberInput size="xs" aria-label={label} min={0} value={first === "" ? "" : Number(first)} suffix={` ${t("filter.days")}`} onChange={(value) => onChange([value === "" ? "" : String(Math.round(Number(value)))])} />;
    case "any_of": case "none_of":
      if (field.options) choices = field.options.map((value) => ({ value, label: t(`choice.${value}`) }));
      if (contact) return <Contacts label={label} values={values} onChange={onChange} />;
      return choices ? <Pick label={label} choices={choices} values={values} onChange={onChange} /> : <TagsInput size="xs" styles={NARROW} aria-label={label} placeholder={values.length ? "" : t("filter.values")} value={values} onChange={onChange} />;
    case "between":
      return (
        <Group gap={6} grow wrap="nowrap">
          <One label={t("filter.from_value", { field: label })} kind={kind} value={first} onChange={(value) => onChange([value, second])} />
          <One label={t("filter.to_value", { field: label })} kind={kind} value={second} onChange={(value) => onChange([first, value])} />
        </Group>
      );
    default: return <One label={label} kind={kind} value={first} onChange={(value) => onChange([value])} />;
  }
}

function One({ label, kind, value, onChange }: { label: string; kind: Kind; value: string; onChange: (value: string) => void }) {
  const type = kind === "date" ? "date" : kind === "number" ? "number" : "text";
  return <TextInput size="xs" type={type} step="any" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** Values by name; those that nobody knows any more stay as they are. */
function Pick({ label, choices, values, onChange }: { label: string; choices: readonly Choice[]; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation("crm");
  const known = new Set(choices.map(({ value }) => value));
  const others = values.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
  return <MultiSelect size="xs" styles={NARROW} aria-label={label} searchable hidePickedOptions placeholder={values.length ? "" : t("filter.values")} data={[...choices, ...others]} value={values} onChange={onChange} nothingFoundMessage={t("filter.nothing_found")} />;
}

/** Contacts, found by what is typed of their names. */
function Contacts({ label, values, onChange }: { label: string; values: string[]; onChange: (values: string[]) => void }) {
  const { t } = useTranslation("crm");
  const { found, search } = useContactSearch();
  const filters = { contact: { no: values.map(quoted).join("|") } };
  const chosen = useQuery({ ...asking("/api/contacts/find", { body: { limit: values.length, filters } }), enabled: values.length > 0 && values.length <= 50, placeholderData: (before) => before });
  const named = new Map((chosen.data?.items ?? []).map((card) => contactChoice(card)).map((each) => [each.value, each] as const));
  const shown = values.map((value) => named.get(value) ?? { value, label: value });
  const data = [...shown, ...found.filter(({ value }) => !values.includes(value))];
  return (
    <MultiSelect size="xs" styles={NARROW} aria-label={label} searchable placeholder={values.length ? "" : t("filter.search_contact")} data={data} value={values} onChange={onChange} onSearchChange={search} filter={({ options }) => options.filter((each) => "value" in each && !values.includes(String(each.value)))} nothingFoundMessage={t("filter.nothing_found")} />
  );
}

const TYPES: Readonly<Record<Kind, string>> = { text: "text", code: "code", choice: "text", number: "decimal", date: "date", flag: "text" };

/** A whole expression, looked at by the server while it is typed. */
function Expression({ label, kind, text, onChange }: { label: string; kind: Kind; text: string; onChange: (values: string[]) => void }) {
  const { t } = useTranslation("crm");
  const [settled] = useDebouncedValue(text.trim(), 300);
  const check = useQuery({ ...asking("/api/crm/matching", { body: { expression: settled, values: [], type: TYPES[kind] } }), enabled: settled !== "", retry: false });
  const problem = check.error instanceof Failure && check.error.status === 422 ? (check.error.problem.problems?.[0] ?? check.error.problem) : null;
  const said = problem && settled === text.trim() ? problem.message : null;
  return (
    <div>
      <TextInput size="xs" aria-label={label} placeholder={t("filter.expression_hint")} value={text} onChange={(event) => onChange([event.currentTarget.value])} error={said} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} />
      {said && problem?.hint && <Text size="xs" c="dimmed">{problem.hint}</Text>}
    </div>
  );
}
