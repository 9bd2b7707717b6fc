/** A share as a bar and a number; the bar only repeats what the number says. */
import { Box, Group, Text } from "@mantine/core";
import { percent } from "~/lib/i18n/format";

export function Share({ share, width = 72 }: { share: number; width?: number }) {
  return (
    <Group gap={8} wrap="nowrap" justify="flex-end">
      <Box w={width} h={6} bg="var(--mantine-color-default-border)" style={{ borderRadius: 3 }} aria-hidden visibleFrom="sm">
        <Box h={6} w={`${Math.min(100, share * 100)}%`} bg="var(--mantine-primary-color-filled)" style={{ borderRadius: 3 }} />
      </Box>
      <Text span size="sm" miw="3.2rem" ta="right">{percent(share)}</Text>
    </Group>
  );
}
