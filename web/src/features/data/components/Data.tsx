/** What comes in: what is known of it, what it should be, where from, and what did not fit. */
import { Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { number } from "~/lib/i18n/format";
import { useHead } from "~/lib/live";
import { useView } from "~/lib/view";
import { Imports } from "./Imports";
import { Letters } from "./Letters";
import { Plans } from "./Plans";
import { SchemaView } from "./SchemaView";
import { Sources } from "./Sources";

const SIDES = { events: SchemaView, plans: Plans, sources: Sources, imports: Imports, letters: Letters } as const;

export function Data() {
  const { t } = useTranslation("data");
  const [{ tab }, change] = useView({ tab: "events" });
  const letters = useHead()?.dead_letters ?? 0;
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Tabs value={tab} onChange={(next) => next && change({ tab: next }, true)} keepMounted={false}>
        <Tabs.List mb="md">
          {Object.keys(SIDES).map((side) => (
            <Tabs.Tab key={side} value={side}>
              {t(`side.${side}`)}
              {side === "letters" && letters > 0 && (
                <Text span size="xs" c="dimmed">
                  {" "}
                  {number(letters)}
                </Text>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(SIDES).map(([side, Side]) => (
          <Tabs.Panel key={side} value={side}>
            <Side />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
