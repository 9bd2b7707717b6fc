/** A journey: its state, what can be done to it, and its tabs. Those about its runs are handed in by the page. */
import { Skeleton, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { reading, type Schemas } from "~/lib/api/client";
import type { Answered } from "~/lib/api/request";
import { useView } from "~/lib/view";
import { journeyAt } from "../../api/journeys";
import { lifeOf } from "../../model/life";
import { CanvasTab } from "../editor/CanvasTab";
import { useEditor } from "../editor/useEditor";
import { Actions } from "./Actions";
import { HEAD, Headline } from "./Headline";

export interface OtherTabs {
  report: () => ReactNode;
  backtest: (definition: unknown) => ReactNode;
  test: () => ReactNode;
  versions: () => ReactNode;
}
const TABS = ["canvas", "report", "backtest", "test", "versions"] as const;

export function JourneyPage({ id, others }: { id: string; others: OtherTabs }) {
  const { t } = useTranslation("journeys");
  const [{ version }] = useView({ version: 0 });
  const found = useQuery(journeyAt(id, version || null));
  const statuses = useQuery(reading("/api/journeys/{journey}/statuses", { path: { journey: id } }));
  if (found.error || statuses.error)
    return (
      <Page title={id} above={{ label: t("list.title"), to: "/journeys" }}>
        <Failed error={found.error ?? statuses.error} what={t("page.what")} again={() => void Promise.all([found.refetch(), statuses.refetch()])} />
      </Page>
    );
  if (!found.data || !statuses.data)
    return (
      <Page title={id} above={{ label: t("list.title"), to: "/journeys" }} hint={<Skeleton mt={4} h={HEAD} w="18rem" maw="80%" />} actions={<Skeleton h={36} w={180} />}>
        <Skeleton h="70dvh" />
      </Page>
    );
  return <Shown key={`${id} ${version}`} id={id} found={found.data} statuses={statuses.data as Record<string, string>} others={others} />;
}

interface ShownProps {
  id: string;
  found: Answered<Schemas["Definition"]>;
  statuses: Record<string, string>;
  others: OtherTabs;
}

function Shown({ id, found, statuses, others }: ShownProps) {
  const { t } = useTranslation("journeys");
  const [{ tab }, change] = useView({ tab: "canvas" });
  const life = lifeOf(statuses, found.data.latest);
  const old = found.data.version !== found.data.latest;
  const editor = useEditor(id, found.data.definition, found.etag, life.editable && !old);
  return (
    <Page title={editor.draft.journey.name || id} above={{ label: t("list.title"), to: "/journeys" }}
      hint={<Headline id={id} life={life} shown={found.data.version} deleted={found.data.state === "deleted"} />}
      actions={<Actions id={id} life={life} editor={editor} />}>
      <Tabs value={String(tab)} onChange={(next) => change({ tab: next ?? "canvas" }, true)} keepMounted={false}>
        <Tabs.List mb="sm">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<Skeleton h="60dvh" />}>
          <Tabs.Panel value="canvas">
            <CanvasTab id={id} editor={editor} status={statuses[String(found.data.version)] ?? "draft"} />
          </Tabs.Panel>
          <Tabs.Panel value="report">{others.report()}</Tabs.Panel>
          <Tabs.Panel value="backtest">{others.backtest(editor.draft.journey)}</Tabs.Panel>
          <Tabs.Panel value="test">{others.test()}</Tabs.Panel>
          <Tabs.Panel value="versions">{others.versions()}</Tabs.Panel>
        </Suspense>
      </Tabs>
    </Page>
  );
}
