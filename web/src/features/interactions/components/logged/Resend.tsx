/** Send what a logged worksheet sent once more, as before or another way. */
import { Button, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { useAct } from "~/components/crm/fields";
import { number } from "~/lib/i18n/format";
import { resend, SHOWS } from "../../api/interactions";

const WAYS = ["same", "hard_copy", "email"] as const;

export function Resend({ id, what }: { id: number; what: string }) {
  const { t } = useTranslation("interactions");
  const [asked, ask] = useState(false);
  const [way, choose] = useState<string>("same");
  const act = useAct(() => resend(id, way), SHOWS, () => ask(false));
  const sent = (act.data as number[] | undefined)?.length;
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => ask(true)} aria-label={t("resend.of", { what })}>
        {t("resend.word")}
      </Button>
      {sent !== undefined && (
        <Text size="xs" c="dimmed" role="status">
          {t("resend.done", { count: sent, number: number(sent) })}
        </Text>
      )}
      <Confirm opened={asked} title={t("resend.of", { what })} act={t("resend.word")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={() => ask(false)}>
        <Stack gap="sm">
          {t("resend.means")}
          <Select size="xs" label={t("resend.way")} data={WAYS.map((value) => ({ value, label: t(`resend.${value}`) }))} value={way} onChange={(chosen) => chosen && choose(chosen)} allowDeselect={false} />
        </Stack>
      </Confirm>
    </>
  );
}
