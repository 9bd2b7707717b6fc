/** The card of a campaign: its figures, its fields, and what hangs on it. */
import { Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Campaign, Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { campaign } from "../../api/campaigns";
import { Standing } from "../Standing";
import { Actions } from "./Actions";
import { Entries } from "./Entries";
import { Figures } from "./Figures";
import { General } from "./General";
import { Offers } from "./Offers";
import { Targets } from "./Targets";

const TABS = ["general", "entries", "targets", "offers"] as const;

export function CampaignCard() {
  const { t } = useTranslation("campaigns");
  const { no = "" } = useParams({ strict: false }) as { no?: string };
  const [view, change] = useView({ tab: "general", since: "", until: "" });
  const query = useQuery(campaign(no));
  const row = query.data as unknown as (Campaign & Values) | undefined;
  const may = useMay("contacts:write");
  const above = { label: t("common:page.campaigns"), to: "/campaigns" };
  if (query.error && !row) {
    return (
      <Page title={no} above={above}>
        <Failed error={query.error} what={t("what.card")} again={() => void query.refetch()} />
      </Page>
    );
  }
  const bodies: Record<(typeof TABS)[number], (found: Campaign & Values) => React.ReactNode> = {
    general: (found) => <General row={found} may={may} />,
    entries: () => <Entries no={no} may={may} />,
    targets: (found) => <Targets row={found} />,
    offers: () => <Offers no={no} may={may} />,
  };
  return (
    <Page title={row?.description || no} above={above} hint={row ? <Hint row={row} /> : <Skeleton h="1.3rem" w="10rem" />} actions={row && may && <Actions row={row} />}>
      <Stack gap="md">
        <Figures no={no} since={view.since} until={view.until} onChange={change} />
        <Tabs value={view.tab} onChange={(tab) => change({ tab: tab ?? "general" }, true)} keepMounted={false}>
          <Tabs.List mb="md" aria-label={row?.description || no}>
            {TABS.map((tab) => (
              <Tabs.Tab key={tab} value={tab}>
                {t(`card.${tab}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {TABS.map((tab) => (
            <Tabs.Panel key={tab} value={tab}>
              {view.tab === tab && (row ? bodies[tab](row) : <Skeleton h="16rem" />)}
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Page>
  );
}

function Hint({ row }: { row: Campaign }) {
  return (
    <Stack gap={4}>
      <span>{[row.no, row.salesperson_code].filter(Boolean).join(" · ")}</span>
      <Standing row={row} />
    </Stack>
  );
}
