/** A file on its way in: chosen, looked at column by column, then taken in; nothing counts before the last step. */
import { Button, FileInput, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { changed } from "~/lib/api/client";
import { upload } from "../api/data";
import { LookFirst } from "./LookFirst";

export function Upload({ id, onId }: { id: string; onId: (id: string) => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: upload,
    onSuccess: async (found) => {
      await changed(queries, "/api/imports");
      onId(found);
    },
  });
  return (
    <Panel title={t("upload.title")}>
      {id ? (
        <LookFirst key={id} id={id} onDone={() => onId("")} />
      ) : (
        <Stack gap="xs">
          <Text size="sm" c="dimmed">{t("upload.hint")}</Text>
          <Group align="flex-end" gap="xs">
            <FileInput size="sm" w={320} label={t("upload.file")} placeholder={t("upload.choose")} accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.parquet,.gz" disabled={send.isPending} onChange={(file) => file && send.mutate(file)} />
            {send.isPending && <Button size="sm" variant="default" loading>{t("upload.sending")}</Button>}
          </Group>
          {send.error && <Failed error={send.error} what={t("upload.title")} />}
        </Stack>
      )}
    </Panel>
  );
}
