/** Brings a deleted segment back as it was. */
import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { useRestore } from "../../api/segment";

export function Restore({ id }: { id: string }) {
  const { t } = useTranslation("segments");
  const restoring = useRestore();
  return (
    <Stack gap="xs">
      <Button size="xs" loading={restoring.isPending} onClick={() => restoring.mutate(id)}>
        {t("act.restore")}
      </Button>
      {restoring.error && <Failed error={restoring.error} what={t("act.restore")} />}
    </Stack>
  );
}
