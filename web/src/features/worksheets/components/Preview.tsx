/** What an action would do: how many, the first of them by name, and what the worksheet would hold then. */
import { Alert, Box, Group, Skeleton, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type FilterShape, filled, useMatching } from "~/components/crm/filters";
import { Failed } from "~/components/Failed";
import { number } from "~/lib/i18n/format";
import { previewing } from "../api/worksheets";
import type { Kind } from "../model/types";
import { Sample } from "./Sample";
import { useSheet } from "./context";

export interface PreviewProps {
  kind: Kind;
  shape: FilterShape;
  options: Record<string, boolean>;
  /** How many lines would come or go; `null` while nobody knows. */
  onCount: (count: number | null) => void;
}

export function Preview({ kind, shape, options, onCount }: PreviewProps) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const wanted = JSON.stringify([filled(shape), options]);
  const [settled] = useDebouncedValue(wanted, 300);
  const [filters, chosen] = JSON.parse(settled) as [FilterShape, Record<string, boolean>];
  const asked = previewing(kind, header.no, filters, chosen);
  const { data, error, isPlaceholderData } = useQuery({ ...asked, queryKey: [...asked.queryKey, header.version], placeholderData: keepPreviousData });
  const sure = data !== undefined && !isPlaceholderData && !error && settled === wanted;
  const count = sure ? data.count : null;
  useEffect(() => onCount(count), [count, onCount]);
  if (error) return <Failed error={error} what={t("preview.title")} />;
  if (!data) return <Skeleton h={140} aria-label={t("preview.title")} />;
  const after = header.no_of_lines + (kind === "add" ? data.count : -data.count);
  return (
    <Alert variant="light" color={data.count ? undefined : "gray"} title={t(`preview.${kind}`, { count: Math.min(data.count, 2), shown: number(data.count) })} aria-busy={!sure}>
      <Group gap="xs" mb="xs">
        <Text size="sm" aria-live="polite">
          {t("preview.lines", { before: number(header.no_of_lines), after: number(after) })}
        </Text>
      </Group>
      {kind !== "add" && after === 0 && header.no_of_lines > 0 && <Text size="sm" fw={600}>{t("preview.empty")}</Text>}
      {kind === "add" && <StayOut shape={filters} options={chosen} count={data.count} />}
      <Box mih={data.count ? 120 : 0}>{data.count > 0 && <Sample contacts={data.contacts} />}</Box>
    </Alert>
  );
}

/** Contacts that meet the filters and yet do not come; where companies are brought, too, nobody can tell. */
function StayOut({ shape, options, count }: { shape: FilterShape; options: Record<string, boolean>; count: number }) {
  const { t } = useTranslation("worksheets");
  const { data } = useMatching(shape, 1);
  const others = (data?.total ?? count) - count;
  if (options.expand_companies || options.allow_related_companies || others <= 0) return null;
  return (
    <Text size="sm" mb="xs">
      {t("preview.stay", { shown: number(others) })}
    </Text>
  );
}
