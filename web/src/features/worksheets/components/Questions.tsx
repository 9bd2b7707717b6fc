/** Questions that the server asks back while it works: they are shown, and what was answered goes with the next try. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure, type Problem } from "~/lib/api/request";
import type { Answers } from "../api/worksheets";

interface Open {
  problem: Problem;
  answer: (yes: boolean | null) => void;
}

/** Somebody closed the question: nothing was done, and nothing needs to be said about it. */
export class Dismissed extends Error {}

export function useQuestions() {
  const [open, setOpen] = useState<Open | null>(null);
  const asked = useCallback(async <T,>(act: (answers: Answers) => Promise<T>): Promise<T> => {
    const answers: Answers = {};
    for (;;) {
      try {
        return await act(answers);
      } catch (problem) {
        if (!(problem instanceof Failure) || !problem.problem.question) throw problem;
        const yes = await new Promise<boolean | null>((answer) => setOpen({ problem: problem.problem, answer }));
        setOpen(null);
        if (yes === null) throw new Dismissed();
        answers[problem.problem.question] = yes;
      }
    }
  }, []);
  return { asked, question: open && <Question {...open} /> };
}

function Question({ problem, answer }: Open) {
  const { t } = useTranslation("worksheets");
  const count = /\((\d+) lines?\)/.exec(problem.message)?.[1];
  const words = t(`question.${problem.question}`, { defaultValue: problem.message });
  const yes = problem.default !== false;
  return (
    <Modal opened onClose={() => answer(null)} title={t("question.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="sm">
        <Text size="sm">
          {words}
          {count && ` ${t("question.lines", { count: Math.min(Number(count), 2), shown: count })}`}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => answer(null)}>
            {t("common:cancel")}
          </Button>
          <Button variant={yes ? "default" : "filled"} onClick={() => answer(false)} data-autofocus={yes ? undefined : true}>
            {t("question.no")}
          </Button>
          <Button variant={yes ? "filled" : "default"} onClick={() => answer(true)} data-autofocus={yes ? true : undefined}>
            {t("question.yes")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
