/** A row of numbers with their words; each as wide as the others. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { number } from "~/lib/i18n/format";

export interface Figure {
  label: string;
  value: number | string | null;
  hint?: string;
}

export function Figures({ figures, label }: { figures: readonly Figure[]; label: string }) {
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: figures.length }} spacing="sm" component="dl" aria-label={label} m={0}>
      {figures.map((figure) => (
        <Paper key={figure.label} withBorder px="md" py="sm">
          <Text size="xs" c="dimmed" component="dt">{figure.label}</Text>
          <Text size="xl" fw={600} component="dd" m={0}>
            {typeof figure.value === "string" ? figure.value : number(figure.value)}
            {figure.hint && <Text span size="xs" c="dimmed" fw={400} ml={6}>{figure.hint}</Text>}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
