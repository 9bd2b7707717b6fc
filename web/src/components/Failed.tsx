/** A request failed: what, why, and a way to try again. Nothing that stands on the page is lost. */
import { Alert, Button, Group, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure, type Problem } from "~/lib/api/request";

export function Failed({ error, what, again }: { error: unknown; what: string; again?: () => void }) {
  const { t } = useTranslation();
  const problem: Problem = error instanceof Failure ? error.problem : { code: "unexpected", message: String(error) };
  return (
    <Alert color="red" variant="light" title={t("failed.title", { what })} role="alert">
      {problem.code === "offline" ? <Text size="sm">{t("failed.offline")}</Text> : <Said problem={problem} />}
      {problem.hint && <Text size="sm" c="dimmed" lang="en">{problem.hint}</Text>}
      {problem.problems && (
        <List size="sm" mt="xs">
          {problem.problems.map((each, place) => (
            <List.Item key={place}>
              {each.where ? `${each.where}: ` : ""}
              <Said problem={each} span />
            </List.Item>
          ))}
        </List>
      )}
      {again && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={again}>
            {t("failed.again")}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

/** In the user's language, and behind it what the server said, which is in English. */
function Said({ problem, span }: { problem: Problem; span?: boolean }) {
  const { original } = problem;
  return (
    <Text size="sm" span={span} lang={original ? undefined : "en"}>
      {problem.message}
      {original && <Text inherit span c="dimmed" lang="en">{` (${original})`}</Text>}
    </Text>
  );
}
