/** How many messages have which result; each number is a filter. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { State } from "~/components/State";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { byResult } from "../model/counts";

interface Props {
  rows: readonly Schemas["JourneysDeliveriesRow"][] | undefined;
  view: { journey: string; channel: string; result: string };
  onPick: (result: string) => void;
}

export function Counts({ rows, view, onPick }: Props) {
  const { t } = useTranslation("deliveries");
  return (
    <SimpleGrid cols={{ base: 2, xs: 4, lg: 6 }} spacing="sm" role="group" aria-label={t("counts")}>
      {byResult(rows ?? [], view).map(({ result, messages }) => {
        const chosen = view.result === result;
        return (
          <Paper key={result} withBorder component="button" type="button" ta="left" style={{ cursor: "pointer" }} px="sm" py="xs" mih={64} aria-pressed={chosen} onClick={() => onPick(chosen ? "" : result)} bg={chosen ? "var(--mantine-primary-color-light)" : undefined}>
            <State state={result} />
            <Text fz="1.25rem" fw={600} lh={1.4}>
              {rows ? number(messages) : "–"}
            </Text>
          </Paper>
        );
      })}
    </SimpleGrid>
  );
}
