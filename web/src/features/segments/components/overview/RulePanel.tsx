/** What the segment means, in a sentence. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { useSentence } from "../../api/segment";

export function RulePanel({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  return (
    <Panel title={t("rule.title")}>
      <Loaded query={useSentence(segment)} what={t("rule.title")} height={24}>
        {(sentence) => (
          <Text size="md" maw="75ch">
            {t("rule.everybody")} {sentence}
          </Text>
        )}
      </Loaded>
    </Panel>
  );
}
