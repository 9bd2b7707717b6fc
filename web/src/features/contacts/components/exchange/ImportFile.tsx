/** Contacts of a file: choose it, say what each column is, see what would come of it, take it in. */
import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty, Panel } from "~/components/Page";
import { base64 } from "~/lib/files";
import { columnsOf } from "../../api/contacts";
import { isCards } from "../../model/cards";
import { Mapping } from "./Mapping";
import { Taking } from "./Taking";

export interface Chosen {
  name: string;
  content: string;
  /** Of vCards there are no columns to choose. */
  cards: boolean;
  columns: Record<string, string>;
}

async function read(file: File): Promise<Chosen> {
  const content = await base64(file);
  const cards = isCards(file.name, await file.slice(0, 64).text());
  return { name: file.name, content, cards, columns: cards ? {} : await columnsOf(content) };
}

export function ImportFile() {
  const { t } = useTranslation("contacts");
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const file = useMutation({ mutationFn: read, onSuccess: (found) => setMapping(found.columns) });
  const choose = (
    <FileButton onChange={(chosen) => chosen && file.mutate(chosen)} accept=".csv,.txt,.tsv,.vcf,text/csv,text/vcard" inputProps={{ "aria-label": t("import.choose") }}>
      {(props) => (
        <Button {...props} size="xs" variant={file.data ? "default" : "filled"} loading={file.isPending}>
          {t(file.data ? "import.another" : "import.choose")}
        </Button>
      )}
    </FileButton>
  );
  if (!file.data) {
    return (
      <Stack gap="sm">
        {file.error && <Failed error={file.error} what={t("import.choose")} />}
        <Empty title={t("import.title")} text={t("import.teach")} action={choose} />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {file.data.name}
        </Text>
        {choose}
      </Group>
      {!file.data.cards && (
        <Panel title={t("import.columns")}>
          <Mapping columns={Object.keys(file.data.columns)} value={mapping} onChange={setMapping} />
        </Panel>
      )}
      <Taking key={file.data.name + file.data.content.length} file={file.data} mapping={mapping} />
    </Stack>
  );
}
