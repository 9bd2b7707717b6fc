/** Anything wrong: what it means, what to do, and the way there; one quiet line when there is nothing. */
import { Alert, Anchor, Paper, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import { useHead } from "~/lib/live";
import { isKnown, type Problem, problemsOf } from "../model/problems";

export function Wrong() {
  const { t } = useTranslation("pulse");
  const head = useHead();
  const found = head ? problemsOf(head) : [];
  if (found.length === 0)
    return (
      <Paper withBorder px="md" py={8} mih={38}>
        <Text size="sm" c="dimmed" role="status">
          {head && (
            <>
              <Text span c="light-dark(var(--mantine-color-teal-8), var(--mantine-color-teal-4))" inherit aria-hidden>
                ✓{" "}
              </Text>
              {t(head.live ? "well" : "still")}
            </>
          )}
        </Text>
      </Paper>
    );
  return (
    <Stack gap="xs" component="section" aria-label={t("wrong")}>
      {found.map((problem) => (
        <Told key={problem.code} problem={problem} />
      ))}
    </Stack>
  );
}

function Told({ problem }: { problem: Problem }) {
  const { t } = useTranslation("pulse");
  const words = isKnown(problem.code) ? problem.code : "other";
  const said = { count: problem.count, number: number(problem.count), code: problem.code };
  return (
    <Alert color={problem.grave ? "red" : "yellow"} variant="light" py={8} title={`${problem.grave ? "✕" : "!"} ${t(`problem.${words}.title`, said)}`}>
      <Text size="sm">
        {t(`problem.${words}.means`, said)} {t(`problem.${words}.do`, said)}{" "}
        <Anchor component={Link} to={problem.to} search={(problem.search ?? {}) as never} inherit underline="always">
          {t(`problem.${words}.link`)}
        </Anchor>
      </Text>
    </Alert>
  );
}
