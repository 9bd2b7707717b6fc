/** Below the name: the state, which version is shown, and how many people are in it at this moment. */
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import { useLiveJourney } from "~/lib/live";
import type { Life } from "../../model/life";
import { Status } from "../Status";

/** The same while it is read and after: nothing below it moves. */
export const HEAD = { base: 58, sm: 26 };

export function Headline({ id, life, shown, deleted }: { id: string; life: Life; shown: number; deleted: boolean }) {
  const { t } = useTranslation("journeys");
  const live = useLiveJourney(id);
  const { running, latest, status } = life;
  return (
    <Group gap="xs" mt={4} mih={HEAD}>
      <Status status={deleted ? "deleted" : status} />
      <span>{shown === latest ? t("page.version", { version: latest }) : t("page.old_version", { version: shown, latest })}</span>
      {running && running.version !== latest && (
        <Group gap={6}>
          <span>{t("page.version", { version: running.version })}</span>
          <Status status={running.status} />
        </Group>
      )}
      <Text span inherit>
        {t("page.numbers", { entered: number(live?.entered), inside: number(live?.inside), ended: number(live?.ended) })}
      </Text>
    </Group>
  );
}
