/** Somebody joins the test: known here, with everything that is known of her, or invented. */
import { Button, Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonPicker } from "~/components/PersonPicker";
import { type Step, valuesOf } from "../../model/session";
import { type Named, ValuesEditor } from "./ValuesEditor";

interface Props {
  attributes: readonly Named[];
  people: readonly string[];
  busy: boolean;
  onAct: (step: Step) => void;
}

export function PersonForm({ attributes, people, busy, onAct }: Props) {
  const { t } = useTranslation("journey-runs");
  const [kind, turn] = useState("known");
  const [known, pick] = useState<string | null>(null);
  const [invented, name] = useState("");
  const [values, say] = useState<Record<string, string>>({});
  const who = kind === "known" ? (known ?? "") : invented.trim();
  const simple = attributes.filter((one) => one.kind !== "object");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!who) return;
    onAct({ person: who, attributes: valuesOf(values, new Map(simple.map((one) => [one.name, one.kind]))) });
    pick(null);
    name("");
    say({});
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl size="xs" w="fit-content" aria-label={t("person.kind")} value={kind} onChange={turn} data={["known", "invented"].map((value) => ({ value, label: t(`person.${value}`) }))} />
        {kind === "known" ? <PersonPicker value={known} onPick={pick} label={t("steps.who")} /> : <TextInput size="sm" label={t("person.id")} placeholder={`anna-${people.length + 1}`} value={invented} onChange={(event) => name(event.currentTarget.value)} />}
        <ValuesEditor label={t(kind === "known" ? "person.other" : "person.attributes")} names={simple} values={values} onChange={say} />
        <Group><Button type="submit" size="xs" disabled={!who} loading={busy}>{t("person.add")}</Button></Group>
      </Stack>
    </form>
  );
}
