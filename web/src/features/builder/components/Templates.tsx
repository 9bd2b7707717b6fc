/** Where to begin when there is nothing yet: rules made of the workspace's own events. */
import { Anchor, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Vocabulary } from "~/components/rules/model/vocabulary";
import { type Template, templates } from "../model/templates";

export function Templates({ vocabulary, onPick }: { vocabulary: Vocabulary; onPick: (template: Template, name: string) => void }) {
  const { t } = useTranslation("builder");
  const offered = templates(vocabulary);
  if (!offered.length)
    return (
      <Text size="sm" c="dimmed" mb="sm">
        {t("template.nothing")}{" "}
        <Anchor component={Link} to="/data" inherit underline="always">
          {t("template.import")}
        </Anchor>
      </Text>
    );
  return (
    <Stack gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        {t("template.hint")}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, xl: 3 }} spacing="xs">
        {offered.map((template) => {
          const name = t(`template.${template.key}.name`, template.names);
          return (
            <UnstyledButton key={template.key} p="sm" bd="1px solid var(--mantine-color-default-border)" style={{ borderRadius: "var(--mantine-radius-sm)" }} onClick={() => onPick(template, name)}>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`template.${template.key}.text`, template.names)}
              </Text>
            </UnstyledButton>
          );
        })}
      </SimpleGrid>
    </Stack>
  );
}
