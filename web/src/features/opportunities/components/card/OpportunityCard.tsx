/** The card of an opportunity: its stage and figures, its fields, its way so far, what is to be done. */
import { Grid, Group, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Opportunity, rowsOf, type Stage, type Values } from "~/components/crm/fields";
import { Notes } from "~/components/crm/notes/Notes";
import { Failed } from "~/components/Failed";
import { Page, Panel } from "~/components/Page";
import { useMay } from "~/lib/session";
import { entries, opportunity, stages } from "../../api/opportunities";
import { standing, type Entry } from "../../model/standing";
import { Status } from "../Status";
import { Actions } from "./Actions";
import { Entries } from "./Entries";
import { Figures } from "./Figures";
import { General } from "./General";
import { Stages } from "./Stages";
import { TasksHere } from "./TasksHere";

export type Card = Opportunity & Values & { version: number };

export function OpportunityCard() {
  const { t } = useTranslation("opportunities");
  const { no = "" } = useParams({ strict: false }) as { no?: string };
  const query = useQuery(opportunity(no));
  const moves = useQuery({ ...entries(no), enabled: !query.error });
  const row = query.data as unknown as Card | undefined;
  const steps = useQuery({ ...stages(row?.sales_cycle_code ?? ""), enabled: Boolean(row?.sales_cycle_code) });
  const may = useMay("contacts:write");
  const above = { label: t("common:page.opportunities"), to: "/opportunities" };
  if (query.error && !row) {
    return (
      <Page title={no} above={above}>
        <Failed error={query.error} what={t("what.card")} again={() => void query.refetch()} />
      </Page>
    );
  }
  const all = rowsOf<Stage>(steps.data);
  const now = row && moves.data ? standing(row, rowsOf<Entry>(moves.data)) : undefined;
  const open = row?.status === "not_started" || row?.status === "in_progress";
  // Everything at once, so that nothing moves when the next part has come.
  const ready = steps.data !== undefined || steps.error !== null || row?.sales_cycle_code === "";
  return (
    <Page
      title={row?.description || no}
      above={above}
      hint={
        row ? (
          <Group gap="xs">
            {row.no}
            <Status status={row.status} />
          </Group>
        ) : (
          <Skeleton h="1.3rem" w="10rem" />
        )
      }
      actions={now && may && <Actions row={now} stages={all} />}
    >
      {moves.error && <Failed error={moves.error} what={t("card.entries")} again={() => void moves.refetch()} />}
      {row && now && ready ? (
        <Stack gap="md">
          <Stages row={now} stages={all} may={may && open} />
          <Figures row={now} />
          <Grid>
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Stack gap="md">
                <General row={row} may={may && open} />
                <Panel title={t("card.entries")}>
                  <Entries found={moves} stages={all} />
                </Panel>
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <Stack gap="md">
                <TasksHere row={row} />
                <Notes of={no} kind="opportunity" may={may} />
              </Stack>
            </Grid.Col>
          </Grid>
        </Stack>
      ) : (
        !moves.error && <Skeleton h="40rem" />
      )}
    </Page>
  );
}
