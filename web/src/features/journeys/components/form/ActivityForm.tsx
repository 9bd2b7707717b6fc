/** The form of one activity, or of the entry: its settings, where its ways lead, and what can be done to it. */
import { Button, Collapse, Group, Select, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ENTRY, isMessage, isName } from "~/components/graph/model";
import { shown, switched } from "../../model/form";
import type { Editor } from "../editor/useEditor";
import { useForm } from "./context";
import { Field } from "./fields/Field";
import { Preview } from "./Preview";
import { Ways } from "./Ways";

export interface ActivityFormProps {
  editor: Editor;
  id: string;
  kind: string;
  settings: Readonly<Record<string, unknown>>;
}

export function ActivityForm({ editor, id, kind, settings }: ActivityFormProps) {
  const { t } = useTranslation(["journeys", "graph"]);
  const { readOnly, told } = useForm();
  const { modes, mode, main, more: rare } = shown(kind, settings);
  // Who only reads sees what is said; there is nothing to set.
  const more = readOnly ? rare.filter(({ name }) => settings[name] != null) : rare;
  const wrong = more.some(({ name }) => told.some(({ place }) => place.startsWith(name)));
  const [turned, { toggle }] = useDisclosure(false);
  const open = turned || wrong || readOnly;
  const change = (changes: Record<string, unknown>, about: string) => editor.edit({ do: "change", id, settings: changes }, `${id} ${about}`);
  const field = (setting: (typeof main)[number]) => (
    <Field key={`${id} ${setting.name}`} setting={setting} value={settings[setting.name]} beside={settings} place={setting.name} onChange={(value) => change({ [setting.name]: value }, setting.name)} />
  );
  return (
    <>
      <fieldset disabled={readOnly} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <TextInput size="xs" label={t("setting.label")} placeholder={t(`graph:kind.${kind}`, kind)} value={String(settings.label ?? "")}
            onChange={(event) => change({ label: event.currentTarget.value || undefined }, "label")} />
          {modes && (
            <Select size="xs" label={t(`mode.${kind}.label`)} allowDeselect={false} value={mode} data={modes.names.map((value) => ({ value, label: t(`mode.${kind}.${value}`) }))}
              onChange={(next) => next && next !== mode && change(switched(modes, next, settings), "mode")} />
          )}
          {main.map(field)}
          {isMessage(kind) && kind !== "choose_channel" && <Preview settings={settings} />}
          {more.length > 0 && (
            <>
              <UnstyledButton fz="xs" fw={600} aria-expanded={open} onClick={toggle}>
                {open ? "▾" : "▸"} {t("form.more")}
              </UnstyledButton>
              <Collapse expanded={open}>
                <Stack gap="sm">
                  {more.map(field)}
                  {id !== ENTRY && <Name editor={editor} id={id} />}
                </Stack>
              </Collapse>
            </>
          )}
          <Ways editor={editor} id={id} />
        </Stack>
      </fieldset>
      {!readOnly && id !== ENTRY && (
        <Group gap="xs">
          <Button size="compact-xs" variant="default" onClick={() => editor.edit({ do: "duplicate", ids: [id] })}>
            {t("form.duplicate")}
          </Button>
          <Button size="compact-xs" variant="light" color="red" onClick={() => editor.edit({ do: "remove", ids: [id] })}>
            {t("common:delete")}
          </Button>
        </Group>
      )}
    </>
  );
}

/** The id under which the activity stands in reports and files. */
function Name({ editor, id }: { editor: Editor; id: string }) {
  const { t } = useTranslation("journeys");
  const [name, write] = useState(id);
  const taken = name !== id && name in editor.draft.journey.activities;
  const error = !isName(name) ? t("form.id_wrong") : taken ? t("form.id_taken") : undefined;
  const done = () => (error ? write(id) : editor.edit({ do: "rename", id, to: name }));
  return <TextInput size="xs" label={t("form.id")} description={t("form.id_help")} value={name} error={error} onChange={(event) => write(event.currentTarget.value)} onBlur={done} />;
}
