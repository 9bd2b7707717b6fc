/** Go on with an interaction that was put off, or drop it. */
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { type Interaction, useAct } from "~/components/crm/fields";
import { discard, SHOWS } from "../../api/interactions";
import { Resume } from "../record/Resume";

export function PutOff({ row }: { row: Interaction }) {
  const { t } = useTranslation("interactions");
  const [asked, ask] = useState<"resume" | "discard" | null>(null);
  const close = () => ask(null);
  const act = useAct(() => discard(row.id), SHOWS, close);
  const what = row.description || row.id;
  return (
    <Group gap="xs" wrap="nowrap">
      <Button size="compact-xs" onClick={() => ask("resume")} aria-label={t("resume_of", { what })}>
        {t("go_on")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => ask("discard")} aria-label={t("discard_of", { what })}>
        {t("discard")}
      </Button>
      {asked === "resume" && <Resume row={row} onClose={close} />}
      <Confirm opened={asked === "discard"} danger title={t("discard_title", { what })} act={t("discard")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={close}>
        {t("discard_means")}
      </Confirm>
    </Group>
  );
}
