/** What happens now, on one page. */
import { Grid, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "~/components/Page";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import type { History } from "../model/history";
import { Figures } from "./Figures";
import { InMotion } from "./InMotion";
import { Moves } from "./Moves";
import { RateChart } from "./RateChart";
import { Results } from "./Results";
import { useHistory } from "./useHistory";
import { Wrong } from "./Wrong";

const FirstSteps = lazy(async () => ({ default: (await import("./FirstSteps")).FirstSteps }));

interface Status {
  profiles: number;
  segments: number;
}
/** Until somebody is known and a segment is there, this page waits for that. */
const isBeginning = (status: Status | undefined): boolean => status !== undefined && (status.profiles === 0 || status.segments === 0);

export function Pulse() {
  const { t } = useTranslation("pulse");
  const history = useHistory();
  const status = useQuery({ ...reading("/api/status"), refetchInterval: ({ state }) => (isBeginning(state.data as Status | undefined) ? 2_000 : 30_000) });
  const known = status.data as Status | undefined;
  return (
    <Page title={t("title")} hint={known ? t("hint", { people: number(known.profiles), segments: number(known.segments), count: known.profiles }) : "\u00a0"}>
      <Wrong />
      <Figures history={history} />
      {status.isPending ? <Skeleton h={520} aria-label={t("title")} /> : <Rest history={history} status={known} />}
    </Page>
  );
}

function Rest({ history, status }: { history: History; status: Status | undefined }) {
  const { t } = useTranslation("pulse");
  return (
    <>
      {status && isBeginning(status) && (
        <Suspense fallback={<Skeleton h={520} />}>
          <FirstSteps people={status.profiles} segments={status.segments} />
        </Suspense>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="md">
            <Panel title={t("rate.title")}>
              <RateChart history={history} />
            </Panel>
            <Results />
            <InMotion />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Moves />
        </Grid.Col>
      </Grid>
    </>
  );
}
