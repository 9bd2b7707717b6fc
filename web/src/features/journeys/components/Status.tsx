/** Where a version of a journey is in its life: a shape and a word. */
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { State } from "~/components/State";

const OWN: Record<string, { colour: string; sign: string }> = { draft_test: { colour: "grape", sign: "◎" }, dry_run: { colour: "grape", sign: "◌" } };

export function Status({ status }: { status: string }) {
  const { t } = useTranslation("journeys");
  const own = OWN[status];
  if (!own) return <State state={status} />;
  return (
    <Badge variant="light" color={own.colour} size="sm" radius="sm" tt="none" fw={500} leftSection={<span aria-hidden>{own.sign}</span>}>
      {t(`status.${status}`)}
    </Badge>
  );
}
