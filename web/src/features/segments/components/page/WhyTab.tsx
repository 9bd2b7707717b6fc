/** Why anybody is in the segment or is not. Who is asked about stands in the address. */
import { Box, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ExplainOf } from "~/components/explain/ExplainOf";
import { ExplainRule } from "~/components/explain/ExplainRule";
import { PersonLink } from "~/components/Links";
import { Empty, Panel } from "~/components/Page";
import { PersonPicker } from "~/components/PersonPicker";
import type { Schemas } from "~/lib/api/client";
import { useView } from "~/lib/view";
import { counts, ruleOf } from "../../model/definition";

export function WhyTab({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation("segments");
  const [{ person }, show] = useView({ person: "" });
  // An id of digits comes back from the address as a number.
  const profile = String(person);
  return (
    <Stack gap="md">
      <Box maw={460}>
        <PersonPicker label={t("why.who")} value={profile || null} onPick={(next) => show({ person: next ?? "" })} />
      </Box>
      {profile ? (
        <Panel title={t("why.title", { person: profile })} right={<PersonLink id={profile} size="sm">{t("why.card")}</PersonLink>}>
          {counts(definition.state) ? (
            <ExplainOf key={profile} segment={definition.id} profile={profile} />
          ) : (
            <>
              <Text size="sm" c="dimmed" mb="sm">
                {t("why.not_counting")}
              </Text>
              <ExplainRule key={profile} rule={ruleOf(definition.definition)} profile={profile} />
            </>
          )}
        </Panel>
      ) : (
        <Empty title={t("why.empty")} text={t("why.empty_hint")} />
      )}
    </Stack>
  );
}
