/** What else an edit touches: segments that refer to this one, journeys that use it. */
import { List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";

export function Touched({ segments, journeys }: Pick<Schemas["Preview"], "segments" | "journeys">) {
  const { t } = useTranslation("builder");
  return (
    <>
      {segments.length > 0 && (
        <Stack gap={2}>
          <Text size="sm" fw={600}>{t("publish.segments")}</Text>
          <List size="sm" spacing={2}>
            {segments.map((each) => (
              <List.Item key={each.segment}>{t("publish.segment", { segment: each.segment, entering: number(each.entering), leaving: number(each.leaving) })}</List.Item>
            ))}
          </List>
        </Stack>
      )}
      {journeys.length > 0 && (
        <Stack gap={2}>
          <Text size="sm" fw={600}>{t("publish.journeys")}</Text>
          <List size="sm" spacing={2}>
            {journeys.map((each) => (
              <List.Item key={`${each.journey} ${each.version} ${each.segment}`}>
                <Journey journey={each} />
              </List.Item>
            ))}
          </List>
          <Text size="xs" c="dimmed">{t("publish.no_start")}</Text>
        </Stack>
      )}
    </>
  );
}

function Journey({ journey }: { journey: Schemas["JourneyTouched"] }) {
  const { t } = useTranslation("builder");
  const uses = journey.uses.map((use) => t(`publish.use.${use}`)).join(", ");
  return (
    <>
      {journey.name} ({uses}): {t("publish.inside", { count: journey.inside, inside: number(journey.inside), moving: number(journey.moving) })}
    </>
  );
}
