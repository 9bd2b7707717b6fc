/** A segment: what it is, who is in it, why, how it came to be as it is. Its tab stands in the address. */
import { Group, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Page } from "~/components/Page";
import { State } from "~/components/State";
import type { Schemas } from "~/lib/api/client";
import { useView } from "~/lib/view";
import { useDefinition } from "../../api/segment";
import { descriptionOf } from "../../model/definition";
import { ExportTab } from "../export/ExportTab";
import { MembersTab } from "../members/MembersTab";
import { Overview } from "../overview/Overview";
import { VersionsTab } from "../versions/VersionsTab";
import { Actions } from "./Actions";
import { WhyTab } from "./WhyTab";

const TABS = ["overview", "members", "why", "versions", "export"] as const;

export function SegmentPage({ id }: { id: string }) {
  const { t } = useTranslation("segments");
  const query = useDefinition(id);
  const name = query.data?.name ?? id;
  return (
    <Page
      title={name}
      above={{ label: t("common:page.segments"), to: "/segments" }}
      hint={<Hint id={id} definition={query.data} />}
      actions={query.data && <Actions definition={query.data} />}
    >
      <Loaded query={query} what={t("page.what")} height={420}>
        {(definition) => <Parts definition={definition} />}
      </Loaded>
    </Page>
  );
}

/** The line below the name; it is as high before the segment is known. */
function Hint({ id, definition }: { id: string; definition: Schemas["Definition"] | undefined }) {
  const { t } = useTranslation("segments");
  const draft = definition && definition.published_version !== null && definition.version !== definition.published_version;
  return (
    <Group gap="xs" mih={22}>
      {definition && <State state={definition.state} />}
      <Text span size="sm" ff="monospace">
        {id}
      </Text>
      {draft && <Text span size="sm">{t("page.newer", { version: definition.version })}</Text>}
      <Text span size="sm">{descriptionOf(definition?.definition)}</Text>
    </Group>
  );
}

function Parts({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation("segments");
  const [{ tab }, show] = useView({ tab: "overview" });
  const shown = (TABS as readonly string[]).includes(tab) ? tab : "overview";
  const id = definition.id;
  return (
    <Tabs value={shown} onChange={(next) => show({ tab: next ?? "overview" }, true)} keepMounted={false}>
      <Tabs.List mb="md" style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }} aria-label={t("page.parts")}>
        {TABS.map((each) => (
          <Tabs.Tab key={each} value={each} style={{ flex: "none" }}>
            {t(`tab.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="overview">
        <Overview definition={definition} />
      </Tabs.Panel>
      <Tabs.Panel value="members">
        <MembersTab segment={id} />
      </Tabs.Panel>
      <Tabs.Panel value="why">
        <WhyTab definition={definition} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <VersionsTab definition={definition} />
      </Tabs.Panel>
      <Tabs.Panel value="export">
        <ExportTab segment={id} />
      </Tabs.Panel>
    </Tabs>
  );
}
