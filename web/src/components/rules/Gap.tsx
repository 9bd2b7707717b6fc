/** The place between two conditions. It says how they are joined, and shows where something that is dragged would be put. */
import { Box, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEditing } from "./context";
import type { Group } from "./model/rule";
import { useDrop } from "./useDrop";

export function Gap({ group, index }: { group: Group; index: number }) {
  const { t } = useTranslation("rules");
  const { target } = useEditing();
  const { open, ...drop } = useDrop(group.id, () => index);
  const over = open && target?.group === group.id && target.index === index;
  const between = index > 0 && index < group.rules.length;
  return (
    <Box {...drop} h={between ? 20 : open ? 14 : 6} pl="xs" style={{ display: "flex", alignItems: "center", position: "relative" }}>
      {open && <Box aria-hidden style={{ position: "absolute", insetInline: 0, height: over ? 4 : 2, borderRadius: 2, background: "var(--mantine-primary-color-filled)", opacity: over ? 1 : 0.25 }} />}
      {between && !open && (
        <Text size="xs" c="dimmed">
          {t(`between.${group.join}`)}
        </Text>
      )}
    </Box>
  );
}
