/** One part of a rule with what was found for it, and the parts below it. */
import { Box, Group, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { groupOf, type Part, shownAs } from "./model";
import { SeenEvents } from "./SeenEvents";
import { Verdict } from "./Verdict";
import { sourceName, written } from "./written";

export function RulePart({ part }: { part: Part }) {
  const { t } = useTranslation("explain");
  const group = groupOf(part);
  return (
    <List.Item>
      <Group gap="xs" align="baseline" wrap="nowrap">
        <Verdict small held={part.held} word={t(part.held ? "true" : "false")} />
        <Box miw={0}>
          <Text size="sm" fw={group ? 600 : 400} style={{ overflowWrap: "anywhere" }}>
            {group ? t(`group.${group}`) : part.text}
          </Text>
          <Found part={part} />
          <SeenEvents part={part} />
        </Box>
      </Group>
      {part.parts && (
        <List listStyleType="none" spacing={4} mt={4} ml={8} pl="sm" style={{ borderInlineStart: "2px solid var(--mantine-color-default-border)" }} styles={{ itemWrapper: { display: "block" }, itemLabel: { display: "block" } }}>
          {part.parts.map((each, place) => (
            <RulePart key={place} part={each} />
          ))}
        </List>
      )}
    </List.Item>
  );
}

/** The values that it was decided on. */
function Found({ part }: { part: Part }) {
  const { t } = useTranslation("explain");
  const values = Object.entries(part.values ?? {});
  if (values.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" component="div">
      {t("found")}{" "}
      {values.map(([source, value], place) => (
        <span key={source}>
          {place > 0 && " · "}
          {sourceName(t, source)} = <Value value={value} />
        </span>
      ))}
    </Text>
  );
}

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation("explain");
  return (
    <Text span size="xs" fw={600} c="var(--mantine-color-text)">
      {written(t, shownAs(value))}
    </Text>
  );
}
