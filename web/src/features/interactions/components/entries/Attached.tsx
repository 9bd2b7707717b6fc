/** The file that went with an interaction: its name, and the file itself for whoever wants it. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { attachment } from "../../api/interactions";

interface File {
  name: string;
  media_type: string;
  content: string | null;
  place: string;
}

function keep(file: File): void {
  const link = document.createElement("a");
  link.href = `data:${file.media_type || "application/octet-stream"};base64,${file.content}`;
  link.download = file.name;
  link.click();
}

export function Attached({ no }: { no: string }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const { data, error } = useQuery(attachment(no));
  const file = data as unknown as File | undefined;
  if (error) return <Failed error={error} what={t("fields:field.attachment")} />;
  return (
    <Group justify="space-between">
      <Text size="sm">{file?.name ?? no}</Text>
      {file?.content ? (
        <Button size="compact-xs" variant="default" onClick={() => keep(file)}>
          {t("download")}
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {file?.place}
        </Text>
      )}
    </Group>
  );
}
