/** All contacts: the list, those that may be the same, and files to take in. */
import { Button, Tabs } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Page } from "~/components/Page";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { START } from "../../model/query";
import { Duplicates } from "../duplicates/Duplicates";
import { ImportFile } from "../exchange/ImportFile";
import { ContactList } from "./ContactList";
import { NewContact } from "./NewContact";

const TABS = ["list", "duplicates", "import"] as const;

export function ContactsPage() {
  const { t } = useTranslation("contacts");
  const [view, change] = useView(START);
  const [asked, { open, close }] = useDisclosure();
  const may = useMay("contacts:write");
  return (
    <Page
      title={t("common:page.contacts")}
      hint={t("hint")}
      actions={
        may && (
          <Button size="xs" onClick={open}>
            {t("new")}
          </Button>
        )
      }
    >
      <Tabs value={view.tab} onChange={(tab) => change({ tab: tab ?? "list", offset: 0 }, true)} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t("common:page.contacts")}>
          {TABS.filter((tab) => may || tab !== "import").map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`tab.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="list">
          <ContactList onNew={may ? open : undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="duplicates">
          <Duplicates />
        </Tabs.Panel>
        <Tabs.Panel value="import">
          <ImportFile />
        </Tabs.Panel>
      </Tabs>
      <NewContact opened={asked} onClose={close} />
    </Page>
  );
}
