/** The fields of the card, group by group; notes and the live profile beside them. */
import { Grid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQueryClient } from "@tanstack/react-query";
import { type Contact, type Field, FieldCard, useAct, type Value, type Values } from "~/components/crm/fields";
import { Notes } from "~/components/crm/notes/Notes";
import { Panel } from "~/components/Page";
import { card, change, SHOWS_CONTACTS } from "../../api/contacts";
import { ADDRESS, COMMUNICATION, general, privacy } from "../../model/groups";
import { Persons } from "./Persons";
import { Profile } from "./Profile";

export function General({ row, may }: { row: Contact & Values; may: boolean }) {
  const { t } = useTranslation("contacts");
  const queries = useQueryClient();
  const act = useAct(async (fields: Record<string, Value>) => {
    const next = await change(row.no, row.version, fields);
    queries.setQueryData(card(row.no).queryKey, next);
  }, SHOWS_CONTACTS);
  const group = (title: string, fields: readonly Field[], columns?: number) => (
    <Panel title={title}>
      <FieldCard fields={fields} values={row} onSave={(fields) => act.mutateAsync(fields)} disabled={!may} columns={columns} />
    </Panel>
  );
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="md">
          {group(t("group.general"), general(row.type), 3)}
          {group(t("group.communication"), COMMUNICATION, 3)}
          {group(t("group.address"), ADDRESS, 3)}
          {group(t("group.privacy"), privacy(row.type), 3)}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="md">
          <Profile id={row.profile_id} />
          {row.type === "company" && <Persons company={row.no} />}
          <Notes of={row.no} kind="contact" may={may} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
