/** Name, id and description of a segment. The id follows the name until somebody writes one. */
import { Grid, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { type Draft, idOf, type Lack } from "../model/draft";

export interface AboutProps {
  draft: Draft;
  /** The id cannot be changed any more. */
  known: boolean;
  lacks: readonly Lack[];
  /** The id is somebody else's. */
  taken: boolean;
  readOnly: boolean;
  onChange: (next: Partial<Draft>, as?: string) => void;
}

export function About({ draft, known, lacks, taken, readOnly, onChange }: AboutProps) {
  const { t } = useTranslation("builder");
  const [own, write] = useState(draft.id !== "" && draft.id !== idOf(draft.name));
  const named = (name: string) => onChange({ name, ...(!known && !own && { id: idOf(name) }) }, "name");
  const idWrong = taken ? t("about.taken") : lacks.includes("id") ? t("about.id_needed") : null;
  return (
    <Panel title={t("about.title")}>
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, sm: 7 }}>
          <TextInput size="sm" label={t("about.name")} required value={draft.name} disabled={readOnly} error={lacks.includes("name") ? t("about.name_needed") : null} onChange={(event) => named(event.currentTarget.value)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <TextInput size="sm" label={t("about.id")} required value={draft.id} disabled={known || readOnly} error={idWrong}
            onChange={(event) => {
              write(event.currentTarget.value !== "");
              onChange({ id: event.currentTarget.value.trim() }, "id");
            }} />
        </Grid.Col>
        <Grid.Col span={12}>
          <Textarea size="sm" label={t("about.description")} placeholder={t("about.description_hint")} autosize minRows={1} maxRows={5} value={draft.description} disabled={readOnly} onChange={(event) => onChange({ description: event.currentTarget.value }, "description")} />
        </Grid.Col>
      </Grid>
    </Panel>
  );
}
