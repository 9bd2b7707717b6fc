/** Who is in the segment now, page by page, however many they are. */
import { SegmentedControl, Stack } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { PersonLink } from "~/components/Links";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { START, Turning } from "~/components/table/Turning";
import { When } from "~/components/When";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { type MembersPage, membersOf } from "../../api/segment";
import { WhyLink } from "./WhyLink";

type Member = MembersPage["items"][number];
const SIZE = 50;

export function MembersTab({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const [view, show] = useView({ sort: "-since", after: "", page: 1 });
  const query = useQuery({ ...membersOf(segment, view.sort, view.after, SIZE), placeholderData: keepPreviousData });
  useRefresh(() => void query.refetch(), 3_000, view.page > 1);
  const columns: Column<Member>[] = [
    { key: "profile", label: t("members.person"), cell: ({ profile_id: id }) => (id ? <PersonLink id={id} /> : t("members.erased")), width: "14rem" },
    { key: "since", label: t("members.since"), cell: ({ since }) => <When at={since} both />, tall: true },
    { key: "why", label: t("tab.why"), cell: ({ profile_id: id }) => id && <WhyLink person={id} />, number: true, width: "8rem" },
  ];
  if (query.error) return <Failed error={query.error} what={t("members.what")} again={() => void query.refetch()} />;
  const order = (
    <SegmentedControl size="xs" value={view.sort} onChange={(sort) => show({ sort, ...START })} aria-label={t("members.order")}
      data={[{ value: "-since", label: t("members.newest") }, { value: "appeared", label: t("members.first_seen") }]} />
  );
  return (
    <Panel title={t("members.title")} right={order}>
      <Stack gap="sm">
        <Table label={t("members.list")} columns={columns} rows={query.data?.items} keyOf={({ profile_id: id, since }) => id ?? String(since)}
          loadingRows={12} empty={<Empty title={t("members.none")} text={t("members.none_hint")} />} />
        <Turning place={view} next={query.data?.next} shown={query.data?.items.length ?? 0} size={SIZE} total={query.data?.total} onMove={(place) => show(place, true)} />
      </Stack>
    </Panel>
  );
}
