/** Whether a campaign is ahead, running or over, and whether its prices hold: a sign and a word each. */
import { Badge, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useHead } from "~/lib/live";
import type { Campaign } from "~/components/crm/fields";
import { phase } from "../model/fields";

const LOOKS = { ahead: { sign: "○", colour: "gray" }, running: { sign: "●", colour: "teal" }, over: { sign: "■", colour: "gray" } } as const;

export function Standing({ row }: { row: Campaign }) {
  const { t } = useTranslation("campaigns");
  const today = (useHead()?.now ?? new Date().toISOString()).slice(0, 10);
  const found = phase(row, today);
  const look = LOOKS[found];
  return (
    <Group gap={6}>
      <Badge variant="light" color={look.colour} size="sm" radius="sm" tt="none" fw={500} leftSection={<span aria-hidden>{look.sign}</span>}>
        {t(`phase.${found}`)}
      </Badge>
      {row.active && (
        <Badge variant="light" color="blue" size="sm" radius="sm" tt="none" fw={500} leftSection={<span aria-hidden>✓</span>}>
          {t("active")}
        </Badge>
      )}
    </Group>
  );
}
