/** When saving does not work: what is wrong, or that somebody else has saved meanwhile and what to do about it. */
import { Alert, Anchor, Button, Group, List, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { type GraphProblem, nodeAt } from "~/components/graph/model";
import { Failure } from "~/lib/api/request";
import { journeyAt } from "../../api/journeys";
import type { Editor } from "./useEditor";
import { isConflict, type useSave } from "./useSave";

export function Saving({ save, editor, onShow }: { save: ReturnType<typeof useSave>; editor: Editor; onShow: (id: string) => void }) {
  const { t } = useTranslation("journeys");
  const queries = useQueryClient();
  if (!save.error) return null;
  if (isConflict(save.error)) {
    const theirs = async () => {
      save.reset();
      editor.discard();
      await queries.refetchQueries({ queryKey: journeyAt(editor.draft.journey.journey).queryKey });
    };
    return (
      <Alert color="orange" mb="xs" role="alert" title={t("save.conflict_title")}>
        <Text size="sm">{t("save.conflict")}</Text>
        <Group gap="xs" mt="xs">
          <Button size="xs" variant="default" onClick={() => void theirs()}>
            {t("save.theirs")}
          </Button>
          <Button size="xs" variant="default" loading={save.isPending} onClick={() => save.mutate({ over: true })}>
            {t("save.mine")}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (!(save.error instanceof Failure) || save.error.status !== 422) return <Failed error={save.error} what={t("save.what")} again={() => save.mutate({})} />;
  const problems: readonly GraphProblem[] = save.error.problem.problems ?? [save.error.problem];
  return (
    <Alert color="red" variant="light" mb="xs" role="alert" title={t("save.invalid_title")} withCloseButton closeButtonLabel={t("common:close")} onClose={save.reset}>
      <Text size="sm">{t("save.invalid")}</Text>
      <List size="sm" mt={4}>
        {problems.slice(0, 5).map((problem, place) => {
          const { node } = nodeAt(problem.where);
          return (
            <List.Item key={place}>
              {node ? <Anchor component="button" type="button" size="sm" onClick={() => onShow(node)}>{problem.message}</Anchor> : problem.message}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
