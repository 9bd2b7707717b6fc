/** Says which segment was just deleted and brings it back on demand; stands in the address, so going back finds it. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { useView } from "~/lib/view";
import { useDefinition, useRestore } from "../../api/segment";

export function Undo() {
  const [{ gone }, show] = useView({ gone: "" });
  return gone ? <Gone id={String(gone)} onDone={() => show({ gone: "" })} /> : null;
}

function Gone({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation("segments");
  const definition = useDefinition(id).data;
  const restoring = useRestore();
  if (definition && definition.state !== "deleted") return null;
  return (
    <Alert variant="light" role="status" withCloseButton onClose={onDone} closeButtonLabel={t("common:close")}>
      <Group gap="md">
        <Text size="sm">{t("undo.deleted", { name: definition?.name ?? id })}</Text>
        <Button size="compact-sm" variant="default" loading={restoring.isPending} onClick={() => restoring.mutate(id, { onSuccess: onDone })}>
          {t("undo.undo")}
        </Button>
      </Group>
      {restoring.error && <Failed error={restoring.error} what={t("undo.undo")} />}
    </Alert>
  );
}
