/** What happened with contacts: the log, what was put off, logged worksheets, templates. */
import { Button, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { START } from "../model/fields";
import { Entries } from "./entries/Entries";
import { Logged } from "./logged/Logged";
import { Record } from "./record/Record";
import { Templates } from "./templates/Templates";

const TABS = ["entries", "postponed", "logged", "templates"] as const;

export function InteractionsPage() {
  const { t } = useTranslation("interactions");
  const [view, change] = useView(START);
  const may = useMay("contacts:write");
  return (
    <Page
      title={t("common:page.interactions")}
      hint={t("hint")}
      actions={
        may && (
          <Button size="xs" onClick={() => change({ new: "-" })}>
            {t("record")}
          </Button>
        )
      }
    >
      <Tabs value={view.tab} onChange={(tab) => change({ tab: tab ?? "entries", offset: 0, entry: 0 }, true)} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t("common:page.interactions")}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`tab.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="entries">
          <Entries postponed={false} may={may} />
        </Tabs.Panel>
        <Tabs.Panel value="postponed">
          <Entries postponed may={may} />
        </Tabs.Panel>
        <Tabs.Panel value="logged">
          <Logged may={may} />
        </Tabs.Panel>
        <Tabs.Panel value="templates">
          <Templates may={may} />
        </Tabs.Panel>
      </Tabs>
      {may && view.new !== "" && <Record contact={view.new === "-" ? "" : String(view.new)} onClose={() => change({ new: "" })} />}
    </Page>
  );
}
