/** How an opportunity stands: a sign and a word. */
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Opportunity } from "~/components/crm/fields";

const LOOKS = { not_started: { sign: "○", colour: "gray" }, in_progress: { sign: "◐", colour: "blue" }, won: { sign: "✓", colour: "teal" }, lost: { sign: "✕", colour: "red" } } as const;

export function Status({ status }: { status: Opportunity["status"] }) {
  const { t } = useTranslation("fields");
  const look = LOOKS[status];
  return (
    <Badge variant="light" color={look.colour} size="sm" radius="sm" tt="none" fw={500} leftSection={<span aria-hidden>{look.sign}</span>}>
      {t(`choice.${status}`)}
    </Badge>
  );
}
