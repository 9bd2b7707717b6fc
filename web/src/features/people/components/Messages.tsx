/** The last messages to a person; all of them are a filter of the deliveries. */
import { Anchor, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { JourneyLink } from "~/components/Links";
import { Empty } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { useLiveJourneys } from "~/lib/live";

type Message = Schemas["Message"];

export function Messages({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const names = useLiveJourneys();
  const columns: Column<Message>[] = [
    { key: "decided", label: t("message.decided"), cell: (row) => <When at={row.decided} both />, tall: true },
    { key: "channel", label: t("message.channel"), cell: (row) => row.channel },
    { key: "journey", label: t("run.journey"), cell: (row) => <JourneyLink id={row.journey}>{names.get(row.journey)?.name ?? row.journey}</JourneyLink> },
    { key: "activity", label: t("run.activity"), cell: (row) => row.activity },
    { key: "result", label: t("message.result"), cell: (row) => <State state={row.result} /> },
  ];
  return (
    <Stack gap="sm" align="flex-start">
      <div style={{ width: "100%" }}>
        <Table label={t("side.messages")} columns={columns} rows={card.messages} keyOf={(row) => row.key} empty={<Empty title={t("message.none")} text={t("message.none_hint")} />} />
      </div>
      {card.messages.length > 0 && (
        <Anchor component={Link} to="/deliveries" search={{ profile: card.profile_id } as never} size="sm">
          {t("message.all")}
        </Anchor>
      )}
    </Stack>
  );
}
