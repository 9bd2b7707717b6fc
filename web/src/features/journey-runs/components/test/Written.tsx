/** The steps so far, in words; each can be taken out, and everything is played anew. */
import { ActionIcon, Button, Group, ScrollArea, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { moment } from "~/lib/i18n/format";
import { type Step, told } from "../../model/session";

interface Props {
  steps: readonly Step[];
  /** The number of one that could not be done. */
  broken: number | null;
  onRemove: (place: number) => void;
  onClear: () => void;
}

export function Written({ steps, broken, onRemove, onClear }: Props) {
  const { t } = useTranslation("journey-runs");
  return (
    <Stack gap="xs" component="section" aria-label={t("trial.steps")}>
      <Group justify="space-between">
        <Text size="sm" fw={600} component="h3" m={0}>{t("trial.steps")}</Text>
        {steps.length > 0 && (
          <Group gap={4}>
            <Button size="compact-xs" variant="default" onClick={() => onRemove(steps.length - 1)}>{t("trial.undo")}</Button>
            <Button size="compact-xs" variant="default" onClick={onClear}>{t("trial.over")}</Button>
          </Group>
        )}
      </Group>
      {steps.length === 0 ? (
        <Text size="sm" c="dimmed">{t("trial.begin")}</Text>
      ) : (
        <ScrollArea.Autosize mah={300} viewportProps={{ tabIndex: 0, role: "group", "aria-label": t("trial.steps") }}>
          <Stack gap={2} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
            {steps.map((step, place) => (
              <Group key={place} component="li" gap="xs" wrap="nowrap" align="flex-start">
                <Text span size="xs" c="dimmed" w="1.5rem" ta="right">{place + 1}</Text>
                <Text span size="sm" flex={1} c={broken === place ? "var(--mantine-color-error)" : undefined}>{inWords(step, t)}</Text>
                <ActionIcon size="xs" variant="subtle" color="gray" aria-label={t("trial.remove", { number: place + 1 })} onClick={() => onRemove(place)}><span aria-hidden>✕</span></ActionIcon>
              </Group>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
}

function inWords(step: Step, t: (key: string, values?: Record<string, unknown>) => string): string {
  const { key, values } = told(step);
  const shown = values.moment ? { ...values, moment: moment(values.moment) } : values;
  return t(`did.${key}`, shown) + (values.what && (key === "person" || key === "event" || key === "business_event" || key === "set") ? ` (${values.what})` : "");
}
