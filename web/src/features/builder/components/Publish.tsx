/** Before a segment is published: who enters and leaves at once, which journeys that starts, what it costs. */
import { List, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { asking, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { definitionOf, type Draft } from "../model/draft";
import { Touched } from "./Touched";

export interface PublishProps {
  draft: Draft;
  opened: boolean;
  busy: boolean;
  error: unknown;
  onAct: () => void;
  onClose: () => void;
}

export function Publish({ draft, opened, busy, error, onAct, onClose }: PublishProps) {
  const { t } = useTranslation("builder");
  const definition = { segment: draft.id, ...definitionOf(draft) };
  const price = useQuery({ ...asking("/api/definitions/preview", { body: { definition } }), enabled: opened, retry: false, gcTime: 0 });
  const preview = price.data?.[0];
  return (
    <Confirm opened={opened} title={t("publish.title", { name: draft.name })} act={t("publish.act")} busy={busy} error={error} onAct={onAct} onClose={onClose}>
      {price.error ? <Failed error={price.error} what={t("publish.what")} again={() => void price.refetch()} /> : preview ? <Price preview={preview} /> : <Skeleton h={130} aria-label={t("publish.what")} />}
    </Confirm>
  );
}

function Price({ preview }: { preview: Schemas["Preview"] }) {
  const { t } = useTranslation("builder");
  const { before, members, entering, leaving, price, journeys, segments } = preview;
  return (
    <Stack gap="xs">
      <Text size="sm">{t("publish.members", { before: number(before), members: number(members) })}</Text>
      <List size="sm" spacing={2}>
        <List.Item>{t("publish.entering", { count: entering.count, n: number(entering.count) })}</List.Item>
        <List.Item>{t("publish.leaving", { count: leaving.count, n: number(leaving.count) })}</List.Item>
      </List>
      <Touched segments={segments} journeys={journeys} />
      <Text size="xs" c="dimmed">
        {t("publish.cost", { method: t(`method.${preview.method.method}`, preview.method.method), count: price.features, features: number(price.features), shared: number(price.shared), memory: number(Math.ceil(price.memory / 1024)) })}
      </Text>
    </Stack>
  );
}

