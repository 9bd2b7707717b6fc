/** Everybody, a page at a time: searched, filtered, in the order and with the columns that are chosen. */
import { Group, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { Loaded } from "~/components/Loaded";
import { START, Turning } from "~/components/table/Turning";
import { useLiveSegments } from "~/lib/live";
import { useView } from "~/lib/view";
import { peopleOf, SIZE, vocabulary } from "../api/people";
import { filtersOf, textOf } from "../model/filters";
import { Filters } from "./Filters";
import { PeopleTable } from "./PeopleTable";
import { Search } from "./Search";

const FIRST = { search: "", segment: "", filters: "", sort: "appeared", ...START };

export function People() {
  const { t } = useTranslation("people");
  const [view, change] = useView(FIRST);
  const asked = { ...view, search: String(view.search), after: String(view.after) };
  const names = useQuery(vocabulary);
  const query = useQuery(peopleOf(asked));
  /** Another question begins at its first page. */
  const ask = (changes: Partial<typeof FIRST>) => change({ ...changes, ...START });
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <Search value={asked.search} onSearch={(search) => ask({ search })} />
          <InSegment value={view.segment} onPick={(segment) => ask({ segment })} />
        </Group>
        <Loaded query={names} what={t("attributes")} height={420}>
          {({ attributes }) => (
            <>
              {query.error && <Failed error={query.error} what={t("list")} again={() => void query.refetch()} />}
              <PeopleTable
                attributes={attributes}
                people={query.error ? [] : query.data?.items}
                busy={query.isPlaceholderData}
                sort={view.sort}
                onSort={(sort) => ask({ sort })}
                filtered={asked.search !== "" || view.segment !== "" || view.filters !== ""}
                onClear={() => ask({ search: "", segment: "", filters: "" })}
              >
                <Filters attributes={attributes} filters={filtersOf(view.filters)} onChange={(filters) => ask({ filters: textOf(filters) })} />
              </PeopleTable>
              {query.data && <Turning place={{ after: asked.after, page: view.page }} next={query.data.next} shown={query.data.items.length} size={SIZE} total={query.data.total} onMove={(place) => change(place, true)} />}
            </>
          )}
        </Loaded>
      </Stack>
    </Page>
  );
}

function InSegment({ value, onPick }: { value: string; onPick: (segment: string) => void }) {
  const { t } = useTranslation("people");
  const segments = useLiveSegments();
  const data = [...segments].map(([id, { name }]) => ({ value: id, label: name }));
  if (value && !segments.has(value)) data.push({ value, label: value });
  return <Select size="sm" w={230} label={t("segment")} placeholder={t("everybody")} data={data} value={value || null} onChange={(segment) => onPick(segment ?? "")} searchable clearable limit={100} clearButtonProps={{ "aria-label": t("everybody") }} />;
}
