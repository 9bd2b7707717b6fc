/** A file of one's own as the attachment of the worksheet or of a line. */
import { Button, FileButton, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { changed } from "~/lib/api/client";
import { upload } from "../api/files";

export function Upload({ onUploaded }: { onUploaded: (no: string) => Promise<unknown> }) {
  const { t } = useTranslation("worksheets");
  const queries = useQueryClient();
  const [error, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const take = async (file: File | null) => {
    if (!file) return;
    setBusy(true);
    fail(null);
    try {
      const no = await upload(file);
      await changed(queries, "/api/attachments");
      await onUploaded(no);
    } catch (problem) {
      fail(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Group>
        <FileButton onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} size="compact-xs" variant="default" loading={busy}>
              {t("attachment.upload")}
            </Button>
          )}
        </FileButton>
      </Group>
      {error != null && <Failed error={error} what={t("attachment.upload")} />}
    </>
  );
}
