/** The fields of an opportunity; of a closed one they are only read. */
import { Anchor } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FieldCard, useAct, type Value } from "~/components/crm/fields";
import { Panel } from "~/components/Page";
import { change, opportunity, SHOWS } from "../../api/opportunities";
import { CARD } from "../../model/fields";
import type { Card } from "./OpportunityCard";

export function General({ row, may }: { row: Card; may: boolean }) {
  const { t } = useTranslation("opportunities");
  const queries = useQueryClient();
  const act = useAct(async (fields: Record<string, Value>) => {
    queries.setQueryData(opportunity(row.no).queryKey, await change(row.no, row.version, fields));
  }, SHOWS);
  const link = row.contact_no && (
    <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.contact_no)}`} size="sm">
      {t("open_contact")}
    </Anchor>
  );
  return (
    <Panel title={t("card.general")} right={link}>
      <FieldCard fields={CARD} values={row} onSave={(fields) => act.mutateAsync(fields)} disabled={!may} columns={3} />
    </Panel>
  );
}
