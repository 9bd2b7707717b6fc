/** Why somebody is in a segment or not: since when, what was asked, what was found, and when time alone turns it. */
import { Box, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { moment, number, relative } from "~/lib/i18n/format";
import { conditions } from "./model";
import { RulePart } from "./RulePart";
import { Verdict } from "./Verdict";

/** The explanation as it came from the server; the caller puts a panel or a card around it. */
export function Explain({ explanation }: { explanation: Schemas["Explanation"] }) {
  const { t } = useTranslation("explain");
  const { held, all } = conditions(explanation.rule);
  return (
    <Stack gap="sm">
      <Group gap="xs" align="baseline">
        <Verdict held={explanation.member} word={t(explanation.segment === null ? (explanation.member ? "rule_holds" : "rule_fails") : explanation.member ? "in" : "out")} />
        <Text size="xs" c="dimmed">
          {t("conditions", { held: number(held), all: number(all) })}
        </Text>
      </Group>
      <Times explanation={explanation} />
      <Box>
        <Text size="xs" c="dimmed" mb={4}>
          {t("parts", { at: moment(explanation.at) })}
        </Text>
        <List listStyleType="none" spacing={4} m={0} styles={{ itemWrapper: { display: "block" }, itemLabel: { display: "block" } }}>
          <RulePart part={explanation.rule} />
        </List>
      </Box>
    </Stack>
  );
}

/** Since when it is so, and until when if nothing happens. */
function Times({ explanation }: { explanation: Schemas["Explanation"] }) {
  const { t } = useTranslation("explain");
  const { member, since, next_change: next, at, schedule, segment } = explanation;
  const now = new Date(at);
  return (
    <Stack gap={2}>
      {segment !== null && (
        <Text size="sm">
          {since ? t(member ? "since" : "left", { at: moment(since), ago: relative(since, now) }) : t(member ? "since_ever" : "never")}
        </Text>
      )}
      <Text size="sm">
        {t(`${segment === null ? "rule." : ""}${next ? (member ? "until" : "will_enter") : member ? "stays" : "stays_out"}`, { at: moment(next), then: relative(next, now) })}
      </Text>
      {schedule && (
        <Text size="xs" c="dimmed">
          {t("schedule", { schedule })}
        </Text>
      )}
    </Stack>
  );
}
