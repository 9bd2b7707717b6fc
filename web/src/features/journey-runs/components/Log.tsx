/** A log of what happened, line by line; messages are shown as people would get them. */
import { Badge, Box, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { moment } from "~/lib/i18n/format";

export interface Line {
  time: string;
  profile?: string;
  activity: string;
  text: string;
  message: Record<string, string> | null;
}

export function Log({ lines, who = false }: { lines: readonly Line[]; who?: boolean }) {
  const { t } = useTranslation("journey-runs");
  if (lines.length === 0) return <Text size="sm" c="dimmed">{t("log.none")}</Text>;
  return (
    <Stack gap={8} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {lines.map((line, place) => (
        <Box key={place} component="li" pl="sm" style={{ borderLeft: "2px solid var(--mantine-color-default-border)" }}>
          <Text size="xs" c="dimmed" component="div">
            {moment(line.time)}
            {who && line.profile && <Badge ml="xs" size="xs" variant="light" color="gray" tt="none">{line.profile}</Badge>}
          </Text>
          {line.message ? <Message fields={line.message} activity={line.activity} /> : <Text size="sm">{line.text}</Text>}
        </Box>
      ))}
    </Stack>
  );
}

function Message({ fields, activity }: { fields: Record<string, string>; activity: string }) {
  const { t } = useTranslation("journey-runs");
  const { subject, to, html, ...rest } = fields;
  const text = rest.body ?? rest.text ?? "";
  return (
    <Paper withBorder p="xs" mt={4} aria-label={t("log.message", { activity })} component="section">
      <Text size="xs" c="dimmed">{t("log.message", { activity })}{to ? ` · ${t("log.to", { to })}` : ""}</Text>
      {subject && <Text size="sm" fw={600}>{subject}</Text>}
      {text ? <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>{text}</Text> : html && <iframe title={t("log.message", { activity })} sandbox="" srcDoc={html} style={{ width: "100%", height: 240, border: 0, background: "white" }} />}
    </Paper>
  );
}
