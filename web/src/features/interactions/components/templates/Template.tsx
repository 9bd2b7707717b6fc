/** A template with its texts and attachments, language by language. */
import { Button, Drawer, Group, Paper, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { FieldCard, useAct, useChoices, type Value, type Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { changeTemplate, deleteTemplate, putLanguage, removeLanguage, SHOWS_TEMPLATES, template } from "../../api/interactions";
import { TEMPLATE, TEXTS } from "../../model/fields";

type Texts = Values & { language_code: string };
type Row = Values & { code: string; version: number; languages: Texts[] };

export function Template({ code, may, onClose }: { code: string; may: boolean; onClose: () => void }) {
  const { t } = useTranslation("interactions");
  const query = useQuery(template(code));
  const row = query.data as unknown as Row | undefined;
  const [asked, ask] = useState(false);
  const save = useAct((fields: Record<string, Value>) => changeTemplate(code, row?.version ?? 0, fields), SHOWS_TEMPLATES);
  const remove = useAct(() => deleteTemplate(code), SHOWS_TEMPLATES, onClose);
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={t("template.title", { code })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="lg">
        {query.error && <Failed error={query.error} what={t("template.title", { code })} again={() => void query.refetch()} />}
        {!row && !query.error && <Skeleton h="20rem" />}
        {row && <FieldCard fields={TEMPLATE} values={row} onSave={(fields) => save.mutateAsync(fields)} disabled={!may} />}
        {row && <Languages row={row} may={may} />}
        {row && may && (
          <Group justify="flex-end">
            <Button size="xs" variant="default" color="red" onClick={() => ask(true)}>
              {t("template.delete")}
            </Button>
          </Group>
        )}
      </Stack>
      <Confirm opened={asked} danger title={t("template.delete_title", { code })} act={t("common:delete")} busy={remove.isPending} error={remove.error} onAct={() => remove.mutate()} onClose={() => ask(false)}>
        {t("template.delete_means")}
      </Confirm>
    </Drawer>
  );
}

function Languages({ row, may }: { row: Row; may: boolean }) {
  const { t } = useTranslation("interactions");
  const known = useChoices("language").filter(({ value }) => !row.languages.some((each) => each.language_code === value));
  const add = useAct((language: string) => putLanguage(row.code, language, { description: String(row.description ?? "") }), SHOWS_TEMPLATES);
  return (
    <Stack gap="sm">
      <Title order={3}>{t("template.languages")}</Title>
      <Text size="xs" c="dimmed">
        {t("template.languages_teach")}
      </Text>
      {row.languages.map((each) => (
        <Language key={each.language_code} code={row.code} texts={each} may={may} />
      ))}
      {may && <Select size="xs" maw="16rem" aria-label={t("template.add_language")} placeholder={t("template.add_language")} data={known} value={null} onChange={(language) => language && add.mutate(language)} searchable />}
      {add.error && <Failed error={add.error} what={t("template.add_language")} />}
    </Stack>
  );
}

function Language({ code, texts, may }: { code: string; texts: Texts; may: boolean }) {
  const { t } = useTranslation("interactions");
  const [asked, ask] = useState(false);
  const save = useAct((fields: Record<string, Value>) => putLanguage(code, texts.language_code, fields), SHOWS_TEMPLATES);
  const remove = useAct(() => removeLanguage(code, texts.language_code), SHOWS_TEMPLATES, () => ask(false));
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm">
          {texts.language_code}
        </Text>
        {may && (
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => ask(true)} aria-label={t("template.remove_of", { language: texts.language_code })}>
            {t("common:delete")}
          </Button>
        )}
      </Group>
      <FieldCard fields={TEXTS} values={texts} onSave={(fields) => save.mutateAsync(fields)} disabled={!may} />
      <Confirm opened={asked} danger title={t("template.remove_of", { language: texts.language_code })} act={t("common:delete")} busy={remove.isPending} error={remove.error} onAct={() => remove.mutate()} onClose={() => ask(false)}>
        {t("template.remove_means")}
      </Confirm>
    </Paper>
  );
}
