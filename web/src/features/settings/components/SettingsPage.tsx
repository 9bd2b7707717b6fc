/** Settings, one subject a tab; who may not read a subject does not see it. */
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { session } from "~/lib/session";
import { useView } from "~/lib/view";
import { About } from "./about/About";
import { Accounts } from "./accounts/Accounts";
import { CrmSettings } from "./crm/CrmSettings";
import { Hooks } from "./hooks/Hooks";
import { Keys } from "./keys/Keys";
import { Mine } from "./mine/Mine";
import { Plans } from "./plans/Plans";
import { Suppression } from "./suppression/Suppression";

const PARTS: { key: string; scope: string | null; part: ComponentType }[] = [
  { key: "mine", scope: null, part: Mine },
  { key: "accounts", scope: "access:read", part: Accounts },
  { key: "keys", scope: "access:read", part: Keys },
  { key: "hooks", scope: "settings:read", part: Hooks },
  { key: "suppression", scope: "deliveries:read", part: Suppression },
  { key: "plans", scope: "data:write", part: Plans },
  { key: "crm", scope: "contacts:read", part: CrmSettings },
  { key: "about", scope: "data:read", part: About },
];

export function SettingsPage() {
  const { t } = useTranslation("settings");
  const { data } = useQuery(session);
  const [view, change] = useView({ tab: "mine" });
  const seen = PARTS.filter(({ scope }) => scope === null || data?.scopes.includes(scope));
  const shown = seen.some(({ key }) => key === view.tab) ? view.tab : "mine";
  return (
    <Page title={t("title")}>
      <Tabs value={shown} onChange={(tab) => change({ tab: tab ?? "mine" }, true)} keepMounted={false}>
        <Tabs.List mb="md">
          {seen.map(({ key }) => <Tabs.Tab key={key} value={key}>{t(`tab.${key}`)}</Tabs.Tab>)}
        </Tabs.List>
        {seen.map(({ key, part: Part }) => <Tabs.Panel key={key} value={key}><Part /></Tabs.Panel>)}
      </Tabs>
    </Page>
  );
}
