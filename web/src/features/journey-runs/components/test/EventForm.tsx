/** An event happens: of somebody, or about nobody. */
import { Button, Group, Select, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { eventsIn, type Step, valuesOf } from "../../model/session";
import { type Named, ValuesEditor } from "./ValuesEditor";
import { chosenOf, Who } from "./Who";

interface Type {
  name: string;
  properties: readonly Named[];
}

export function EventForm({ draft, types, people, busy, onAct }: { draft: unknown; types: readonly Type[]; people: readonly string[]; busy: boolean; onAct: (step: Step) => void }) {
  const { t } = useTranslation("journey-runs");
  const heard = eventsIn(draft);
  const order = [...types].sort((a, b) => Number(heard.includes(b.name)) - Number(heard.includes(a.name)));
  const [picked, pick] = useState<string | null>(null);
  const [chosen, choose] = useState<string | null>(null);
  const [values, say] = useState<Record<string, string>>({});
  const event = picked ?? order[0]?.name ?? null;
  const type = types.find(({ name }) => name === event);
  const who = chosenOf(people, chosen);
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (!type) return;
    const properties = valuesOf(values, new Map(type.properties.map(({ name, kind }) => [name, kind])));
    onAct({ event: type.name, properties, ...(who ? { profile: who } : {}) });
  };
  const label = (name: string) => (heard.includes(name) ? t("event.heard", { event: name }) : name);
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group gap="sm">
          <Who people={people} value={who} onChange={choose} nobody />
          <Select size="xs" label={t("event.event")} data={order.map(({ name }) => ({ value: name, label: label(name) }))} value={event} searchable allowDeselect={false} onChange={(name) => { pick(name); say({}); }} />
        </Group>
        {type && <ValuesEditor label={t("event.properties")} names={type.properties} values={values} onChange={say} />}
        <Group><Button type="submit" size="xs" disabled={!type} loading={busy}>{t("event.fire")}</Button></Group>
      </Stack>
    </form>
  );
}
