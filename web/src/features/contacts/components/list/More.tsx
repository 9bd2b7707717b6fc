/** Any other filter of contacts: built in a drawer, shown in words above the list. */
import { Button, CloseButton, Drawer, Group, Paper, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FilterEditor, type FilterShape, FilterWords, filled, isBlank, Matching } from "~/components/crm/filters";
import { shared } from "../../model/query";

export function More({ filters, onChange }: { filters: string; onChange: (filters: string) => void }) {
  const { t } = useTranslation("contacts");
  const [draft, setDraft] = useState<FilterShape | null>(null);
  const begin = () => setDraft(shared(filters) as FilterShape);
  const apply = () => {
    if (draft) onChange(isBlank(draft) ? "" : JSON.stringify(filled(draft)));
    setDraft(null);
  };
  return (
    <>
      <Button size="xs" variant={filters ? "light" : "default"} onClick={begin}>
        {t("filters.word")}
      </Button>
      <Drawer opened={draft !== null} onClose={() => setDraft(null)} position="right" size="xl" title={t("filters.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
        {draft && (
          <Stack gap="md">
            <FilterEditor value={draft} onChange={setDraft} />
            <Matching shape={draft} />
            <Group justify="flex-end" gap="xs">
              <Button size="xs" variant="default" onClick={() => setDraft(null)}>
                {t("common:cancel")}
              </Button>
              <Button size="xs" onClick={apply}>
                {t("filters.apply")}
              </Button>
            </Group>
          </Stack>
        )}
      </Drawer>
    </>
  );
}

/** What was built, and a way to be rid of it. */
export function Built({ filters, onChange }: { filters: string; onChange: (filters: string) => void }) {
  const { t } = useTranslation("contacts");
  if (!filters) return null;
  return (
    <Paper withBorder px="sm" py={6}>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <FilterWords shape={shared(filters) as FilterShape} />
        </div>
        <CloseButton size="sm" aria-label={t("filters.drop")} onClick={() => onChange("")} />
      </Group>
    </Paper>
  );
}
