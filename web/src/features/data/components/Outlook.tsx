/** What a file would give: how many rows, the first of them, and what is wrong with the others. */
import { Alert, List, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import type { Preview } from "../api/data";

type Row = Record<string, unknown>;
const SHOWN = 5;

export function Outlook({ query }: { query: UseQueryResult<Preview> }) {
  const { t } = useTranslation("data");
  if (query.error) return <Failed error={query.error} what={t("upload.preview")} />;
  if (!query.data) return <Skeleton h={160} aria-label={t("upload.preview")} />;
  const { accepted, rejected, rows, problems, rows_in_file: all } = query.data;
  const good = Object.values(accepted).reduce((sum, each) => sum + each, 0);
  return (
    <Stack gap="xs" style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
      <Text size="sm" role="status">
        {t("upload.gives", { all: number(all), good: number(good), bad: number(rejected) })}
      </Text>
      {problems.length > 0 && (
        <Alert color="orange" variant="light" title={t("upload.problems")}>
          <List size="sm">
            {problems.map((problem, place) => (
              <List.Item key={place}>
                {problem.column ? `${problem.column}: ` : ""}
                {problem.reason} {t("upload.rows", { count: problem.rows ?? 0, rows: number(problem.rows ?? 0) })}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {Object.entries(rows).map(([type, some]) => (
        <First key={type} type={type} rows={some.slice(0, SHOWN)} />
      ))}
    </Stack>
  );
}

const NAMES: Record<string, string> = { _profile_id: "profile", _time: "time", _event_id: "id" };
const HIDDEN = new Set(["_set", "_event_id"]);

function First({ type, rows }: { type: string; rows: readonly Row[] }) {
  const { t } = useTranslation("data");
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !HIDDEN.has(name));
  const columns: Column<Row>[] = names.map((name) => ({
    key: name,
    label: NAMES[name] ? t(`role.${NAMES[name]}`) : name,
    cell: (row) => <Text size="xs" lineClamp={1}>{row[name] === null || row[name] === undefined ? "–" : typeof row[name] === "object" ? JSON.stringify(row[name]) : String(row[name])}</Text>,
  }));
  return <Table label={t("upload.first", { type: type || t("import.whats.profiles") })} columns={columns} rows={rows} keyOf={(row) => JSON.stringify(row)} />;
}
