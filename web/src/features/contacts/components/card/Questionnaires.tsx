/** The questionnaires for a contact, question by question; those that are worked out from figures are only shown. */
import { Badge, Checkbox, Group, Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rowsOf, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { answer, offered, sheet, takeAnswer } from "../../api/contacts";

interface Line {
  line_no: number;
  description: string;
  multiple_answers: boolean;
  auto: boolean;
}
interface Sheet {
  question: { row: Line; answers: Line[] };
  chosen: number[];
}

export function Questionnaires({ contact, may }: { contact: string; may: boolean }) {
  const { t } = useTranslation("contacts");
  const query = useQuery(offered(contact));
  return (
    <Loaded query={query} what={t("card.questionnaires")} height="12rem">
      {(page) => {
        const rows = rowsOf<{ code: string; description: string }>(page);
        if (rows.length === 0) return <Empty title={t("questionnaires.none")} text={t("questionnaires.teach")} />;
        return (
          <Stack gap="md">
            {rows.map((each) => (
              <One key={each.code} contact={contact} code={each.code} title={each.description || each.code} may={may} />
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function One({ contact, code, title, may }: { contact: string; code: string; title: string; may: boolean }) {
  const query = useQuery(sheet(contact, code));
  return (
    <Panel title={title}>
      <Loaded query={query} what={title} height="8rem">
        {(found) => (
          <Stack gap="md">
            {(found as unknown as Sheet[]).map((each) => (
              <Question key={each.question.row.line_no} contact={contact} code={code} sheet={each} may={may} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

const SHOWS = ["/api/contacts/{contact}", "/api/contacts/{no}/statistics"];

function Question({ contact, code, sheet: { question, chosen }, may }: { contact: string; code: string; sheet: Sheet; may: boolean }) {
  const { t } = useTranslation("contacts");
  const { row, answers } = question;
  // What was clicked shows at once; what the server says shows when it has been read again.
  const [clicked, click] = useState<number[] | null>(null);
  const shown = clicked ?? chosen;
  const turn = `${contact}/${code}/${row.line_no}`;
  const give = useAct(
    async ({ line, before }: { line: number; before: number[] }) => {
      if (!row.multiple_answers) for (const each of before) await takeAnswer(contact, code, each);
      await answer(contact, code, line);
    },
    SHOWS,
    undefined,
    turn,
  );
  const take = useAct((line: number) => takeAnswer(contact, code, line), SHOWS, undefined, turn);
  const set = (line: number, on: boolean) => {
    const next = on ? (row.multiple_answers ? [...shown, line] : [line]) : shown.filter((each) => each !== line);
    const end = { onSettled: () => click((now) => (now === next ? null : now)) };
    click(next);
    if (on) give.mutate({ line, before: shown }, end);
    else take.mutate(line, end);
  };
  const legend = (
    <Group gap="xs">
      {row.description}
      {row.auto && (
        <Badge size="xs" variant="light" color="gray" tt="none">
          {t("questionnaires.auto")}
        </Badge>
      )}
    </Group>
  );
  const inert = !may || row.auto;
  const problem = give.error ?? take.error;
  return (
    <div>
      {row.multiple_answers || row.auto ? (
        <Checkbox.Group label={legend} value={shown.map(String)} size="sm">
          <Group gap="md" mt={6}>
            {answers.map((each) => (
              <Checkbox key={each.line_no} size="xs" value={String(each.line_no)} label={each.description} disabled={inert} onChange={(event) => set(each.line_no, event.currentTarget.checked)} />
            ))}
          </Group>
        </Checkbox.Group>
      ) : (
        <Radio.Group label={legend} value={shown.length ? String(shown[0]) : ""} onChange={(line) => set(Number(line), true)} size="sm">
          <Group gap="md" mt={6}>
            {answers.map((each) => (
              <Radio key={each.line_no} size="xs" value={String(each.line_no)} label={each.description} disabled={inert} />
            ))}
            {shown.length > 0 && may && (
              <Text component="button" type="button" size="xs" c="dimmed" td="underline" bg="transparent" bd={0} style={{ cursor: "pointer" }} onClick={() => set(shown[0]!, false)}>
                {t("questionnaires.clear")}
              </Text>
            )}
          </Group>
        </Radio.Group>
      )}
      {problem != null && <Failed error={problem} what={row.description} />}
    </div>
  );
}
