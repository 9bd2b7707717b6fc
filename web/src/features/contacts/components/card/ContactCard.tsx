/** The card of a contact: who it is, what is known, what happened, and the same person among the live profiles. */
import { Badge, Group, Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Contact, Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { card } from "../../api/contacts";
import { Actions } from "./Actions";
import { Addresses } from "./Addresses";
import { Classification } from "./Classification";
import { Figures } from "./Figures";
import { General } from "./General";
import { History } from "./History";
import { InteractionsOf } from "./InteractionsOf";
import { OpportunitiesOf } from "./OpportunitiesOf";
import { Questionnaires } from "./Questionnaires";
import { Same } from "./Same";
import { TasksOf } from "./TasksOf";
import { WorksheetsOf } from "./WorksheetsOf";

const TABS = ["general", "classification", "questionnaires", "addresses", "interactions", "opportunities", "tasks", "worksheets", "duplicates", "history"] as const;

export function ContactCard() {
  const { t } = useTranslation(["contacts", "fields"]);
  const { no = "" } = useParams({ strict: false }) as { no?: string };
  const query = useQuery(card(no));
  const row = query.data as unknown as (Contact & Values) | undefined;
  const may = useMay("contacts:write");
  const above = { label: t("common:page.contacts"), to: "/contacts" };
  if (query.error && !row) {
    return (
      <Page title={no} above={above}>
        <Failed error={query.error} what={t("what.card")} again={() => void query.refetch()} />
      </Page>
    );
  }
  return (
    <Page title={row?.name || no} above={above} hint={row ? <Hint row={row} /> : <Skeleton h="1.2rem" w="16rem" />} actions={row && may && <Actions row={row} />}>
      <Stack gap="md">
        <Figures no={no} />
        {row ? <Sections row={row} may={may} /> : <Skeleton h="24rem" />}
      </Stack>
    </Page>
  );
}

function Hint({ row }: { row: Contact }) {
  const { t } = useTranslation(["contacts", "fields"]);
  return (
    <Group gap="xs">
      <span>
        {[row.no, t(`fields:choice.${row.type}`), row.type === "person" ? row.job_title : "", row.type === "person" ? row.company_name : "", row.city].filter(Boolean).join(" · ")}
      </span>
      {row.privacy_blocked && (
        <Badge size="sm" variant="outline" color="orange" tt="none">
          {t("blocked")}
        </Badge>
      )}
      {row.exclude_from_segment && (
        <Badge size="sm" variant="outline" color="gray" tt="none">
          {t("excluded")}
        </Badge>
      )}
    </Group>
  );
}

function Sections({ row, may }: { row: Contact & Values; may: boolean }) {
  const { t } = useTranslation("contacts");
  const [view, change] = useView({ tab: "general" });
  const bodies: Record<(typeof TABS)[number], () => React.ReactNode> = {
    general: () => <General row={row} may={may} />,
    classification: () => <Classification row={row} may={may} />,
    questionnaires: () => <Questionnaires contact={row.no} may={may} />,
    addresses: () => <Addresses contact={row.no} may={may} />,
    interactions: () => <InteractionsOf contact={row} may={may} />,
    opportunities: () => <OpportunitiesOf contact={row.no} />,
    tasks: () => <TasksOf contact={row.no} />,
    worksheets: () => <WorksheetsOf contact={row.no} />,
    duplicates: () => <Same contact={row} may={may} />,
    history: () => <History contact={row.no} />,
  };
  return (
    <Tabs value={view.tab} onChange={(tab) => change({ tab: tab ?? "general" }, true)} keepMounted={false}>
      <Tabs.List mb="md" aria-label={row.name || row.no}>
        {TABS.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {t(`card.${tab}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map((tab) => (
        <Tabs.Panel key={tab} value={tab}>
          {view.tab === tab && bodies[tab]()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
