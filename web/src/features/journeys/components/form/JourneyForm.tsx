/** Nothing is selected: what is wrong anywhere, and the settings of the whole journey. */
import { Alert, Anchor, CloseButton, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ENTRY, type GraphProblem, journeySettings, nodeAt, type Setting } from "~/components/graph/model";
import type { Editor } from "../editor/useEditor";
import { FormProvider } from "./context";
import { Field } from "./fields/Field";

/** In this order; what is not named here stands in files only (`journey`) or in other tabs (`test`). */
const SHOWN = ["name", "description", "reentry", "goal", "exit_when", "on_entry_inside", "stay", "zone", "starts", "ends", "at_end", "holdout", "on_paused", "rule_sets", "priority", "tags", "namespace", "identity", "version_rules", "step_timeout"];
const settings = SHOWN.map((name) => journeySettings.find((setting) => setting.name === name)).filter((setting): setting is Setting => setting !== undefined);

export interface JourneyFormProps {
  editor: Editor;
  problems: readonly GraphProblem[];
  onShow?: (id: string) => void;
  onClose: () => void;
}

export function JourneyForm({ editor, problems, onShow, onClose }: JourneyFormProps) {
  const { t } = useTranslation("journeys");
  const { journey } = editor.draft;
  const told = problems.filter(({ where }) => nodeAt(where).node === null).map(({ where, message, hint }) => ({ place: where ?? "", message, hint: hint ?? "" }));
  return (
    <Stack gap="sm" p="sm">
      {problems.length > 0 && <Problems problems={problems} onShow={onShow} />}
      <Group justify="space-between">
        <Text component="h2" fw={600} size="md">
          {t("canvas.journey")}
        </Text>
        <CloseButton size="sm" aria-label={t("common:close")} onClick={onClose} />
      </Group>
      <FormProvider value={{ journey, id: ENTRY, kind: "journey", told, readOnly: !editor.editable }}>
        <fieldset disabled={!editor.editable} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <Stack gap="sm">
            {settings.map((setting) => (
              <Field key={setting.name} setting={setting} value={journey[setting.name]} beside={journey} place={setting.name} onChange={(value) => editor.edit({ do: "set", settings: { [setting.name]: value } }, `journey ${setting.name}`)} />
            ))}
          </Stack>
        </fieldset>
      </FormProvider>
    </Stack>
  );
}

function Problems({ problems, onShow }: { problems: readonly GraphProblem[]; onShow?: (id: string) => void }) {
  const { t } = useTranslation("journeys");
  return (
    <Alert color="red" variant="light" p="xs" title={t("check.problems", { count: problems.length })}>
      <List size="xs" spacing={4}>
        {problems.map((problem, place) => {
          const { node } = nodeAt(problem.where);
          return (
            <List.Item key={place}>
              {node && onShow ? (
                <Anchor component="button" type="button" size="xs" ta="left" onClick={() => onShow(node)}>
                  {node === ENTRY ? "" : `${node}: `}
                  {problem.message}
                </Anchor>
              ) : (
                problem.message
              )}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
