/** A request failed: what, why, and a way to try again. Nothing that stands on the page is lost. */
import { Alert, Button, Group, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure } from "~/lib/api/request";

export function Failed({ error, what, again }: { error: unknown; what: string; again?: () => void }) {
  const { t } = useTranslation();
  const problem = error instanceof Failure ? error.problem : { code: "unexpected", message: String(error) };
  return (
    <Alert color="red" variant="light" title={t("failed.title", { what })} role="alert">
      <Text size="sm">{problem.code === "offline" ? t("failed.offline") : problem.message}</Text>
      {problem.hint && <Text size="sm" c="dimmed">{problem.hint}</Text>}
      {problem.problems && (
        <List size="sm" mt="xs">
          {problem.problems.map((each, place) => (
            <List.Item key={place}>
              {each.where ? `${each.where}: ` : ""}
              {each.message}
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
