/** The fields of a campaign, and notes on it. */
import { Grid } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Campaign, FieldCard, useAct, type Value, type Values } from "~/components/crm/fields";
import { Notes } from "~/components/crm/notes/Notes";
import { Panel } from "~/components/Page";
import { campaign, change, SHOWS } from "../../api/campaigns";
import { CARD } from "../../model/fields";

export function General({ row, may }: { row: Campaign & Values; may: boolean }) {
  const { t } = useTranslation("campaigns");
  const queries = useQueryClient();
  const act = useAct(async (fields: Record<string, Value>) => {
    queries.setQueryData(campaign(row.no).queryKey, await change(row.no, row.version, fields));
  }, SHOWS);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Panel title={t("card.general")}>
          <FieldCard fields={CARD} values={row} onSave={(fields) => act.mutateAsync(fields)} disabled={!may} />
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Notes of={row.no} kind="campaign" may={may} />
      </Grid.Col>
    </Grid>
  );
}
