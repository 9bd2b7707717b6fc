/** Possible sales: on a board by stage, in a list, and in figures. */
import { Button, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { START } from "../model/fields";
import { Board } from "./board/Board";
import { Figures } from "./list/Figures";
import { List } from "./list/List";
import { New } from "./list/New";

const TABS = ["board", "list", "figures"] as const;

export function OpportunitiesPage() {
  const { t } = useTranslation("opportunities");
  const [view, change] = useView(START);
  const may = useMay("contacts:write");
  const open = () => change({ new: "-" });
  return (
    <Page
      title={t("common:page.opportunities")}
      hint={t("hint")}
      actions={
        may && (
          <Button size="xs" onClick={open}>
            {t("new")}
          </Button>
        )
      }
    >
      <Tabs value={view.tab} onChange={(tab) => change({ tab: tab ?? "board", offset: 0 }, true)} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t("common:page.opportunities")}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`tab.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="board">
          <Board may={may} onNew={open} />
        </Tabs.Panel>
        <Tabs.Panel value="list">
          <List />
        </Tabs.Panel>
        <Tabs.Panel value="figures">
          <Figures />
        </Tabs.Panel>
      </Tabs>
      {may && view.new !== "" && <New contact={view.new === "-" ? "" : String(view.new)} onClose={() => change({ new: "" })} />}
    </Page>
  );
}
