/** How many contacts a filter takes, counted while it is put together. */
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asking } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { type FilterShape, filled } from "./model/shape";

/** The first contacts that a filter takes, and how many there are; for lists and previews. */
export function useMatching(shape: FilterShape, size = 5) {
  const [settled] = useDebouncedValue(shape, 300);
  return useQuery({ ...asking("/api/contacts/find", { body: { limit: size, filters: filled(settled) as Record<string, unknown> } }), placeholderData: keepPreviousData, retry: false });
}

export function Matching({ shape }: { shape: FilterShape }) {
  const { t } = useTranslation("crm");
  const { data, error } = useMatching(shape, 1);
  const total = data?.total ?? null;
  return (
    <Text size="sm" aria-live="polite" c={error ? "dimmed" : undefined}>
      {error ? t("filter.broken") : total === null ? t("filter.counting") : t("filter.matches", { count: Math.min(total, 2), shown: number(total) })}
    </Text>
  );
}
