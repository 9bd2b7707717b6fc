/** Somebody else saved the segment meanwhile: what was done here is kept until one of the two is chosen. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Opened } from "../api/segment";
import { moment } from "~/lib/i18n/format";

export function Conflict({ theirs, busy, onMine, onTheirs }: { theirs: Opened; busy: boolean; onMine: () => void; onTheirs: () => void }) {
  const { t } = useTranslation("builder");
  const { changed_by: who, changed_at: at, latest } = theirs.found;
  return (
    <Alert color="yellow" variant="light" title={t("conflict.title")} role="alert">
      <Text size="sm">{t(who ? "conflict.who" : "conflict.somebody", { who, at: moment(at), version: latest })}</Text>
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" component="a" href={`/segments/${encodeURIComponent(theirs.draft.id)}`} target="_blank">{t("conflict.look")}</Button>
        <Button size="xs" variant="default" onClick={onTheirs}>{t("conflict.theirs")}</Button>
        <Button size="xs" color="yellow" loading={busy} onClick={onMine}>{t("conflict.mine")}</Button>
      </Group>
    </Alert>
  );
}
