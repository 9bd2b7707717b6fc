/** A new journey: its name and who enters; it begins with an end, and the canvas opens. */
import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { ENTRY, freshJourney, isName, nameFrom, partOf } from "~/components/graph/model";
import { Page, Panel } from "~/components/Page";
import { api } from "~/lib/api/client";
import { journeysList } from "../../api/journeys";
import { modeOf, modesOf, shown, switched } from "../../model/form";
import { FormProvider } from "../form/context";
import { Field } from "../form/fields/Field";

const MODES = modesOf("entry")!;
/** What has to be known before anything can be drawn; filters are set on the canvas. */
const FIRST = new Set(["event", "segment", "on", "include_members", "read", "business_event"]);

export function NewJourney() {
  const { t } = useTranslation("journeys");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const known = useQuery(journeysList);
  const [name, setName] = useState("");
  const [written, write] = useState<string | null>(null);
  const [entry, enter] = useState<Record<string, unknown>>({ segment: "", on: "enter" });
  const id = written ?? nameFrom(name);
  const journey = freshJourney(id, name, entry);
  const taken = known.data?.items.some((row) => row.journey === id) ?? false;
  const error = id && !isName(id) ? t("form.id_wrong") : taken ? t("new.id_taken") : undefined;
  const make = useMutation({
    mutationFn: () => api.put("/api/journeys/{journey}", { path: { journey: id }, body: { definition: { ...journey } } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["/api/journeys"] });
      await navigate({ to: "/journeys/$id", params: { id } as never });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const mode = modeOf(MODES, entry);
  const fields = shown("entry", entry).main.filter(({ name: setting }) => FIRST.has(setting));
  const ready = name.trim() !== "" && id !== "" && !error && fields.every(({ name: setting, form }) => form !== "text" || !!entry[setting]);
  return (
    <Page title={t("new.title")} hint={t("new.hint")} above={{ label: t("list.title"), to: "/journeys" }}>
      <form onSubmit={submit} style={{ maxWidth: "34rem" }}>
        <Panel>
          <Stack gap="sm">
            {make.error && <Failed error={make.error} what={t("new.what")} />}
            <TextInput label={t("new.name")} placeholder={t("new.name_hint")} value={name} data-autofocus required onChange={(event) => setName(event.currentTarget.value)} />
            <TextInput label={t("new.id")} description={t("new.id_help")} value={id} error={error} required onChange={(event) => write(event.currentTarget.value)} />
            <Select label={t("mode.entry.label")} allowDeselect={false} value={mode} data={MODES.names.map((value) => ({ value, label: t(`mode.entry.${value}`) }))}
              onChange={(next) => next && enter(cleared({ ...entry, ...switched(MODES, next, entry) }))} />
            <FormProvider value={{ journey, id: ENTRY, kind: "entry", told: [], readOnly: false }}>
              {fields.map((setting) => (
                <Field key={setting.name} setting={{ ...setting, required: setting.form === "text" }} value={entry[setting.name]} beside={entry} place={setting.name} onChange={(value) => enter(cleared({ ...entry, [setting.name]: value }))} />
              ))}
            </FormProvider>
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending} disabled={!ready}>
                {t("new.make")}
              </Button>
            </Group>
          </Stack>
        </Panel>
      </form>
    </Page>
  );
}

const KNOWN = new Set(partOf("Entry").map(({ name }) => name));
const cleared = (entry: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(entry).filter(([name, value]) => value !== undefined && KNOWN.has(name)));
