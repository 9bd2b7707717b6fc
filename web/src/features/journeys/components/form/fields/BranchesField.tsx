import { Button, Group, Input, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type FieldProps, useFieldWords } from "./props";

/** How many branches a fork has; where they lead is drawn. */
export function BranchesField({ setting, value, onChange, place }: FieldProps) {
  const { t } = useTranslation("journeys");
  const words = useFieldWords(setting, place);
  const branches = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    <Input.Wrapper size="xs" labelElement="div" {...words}>
      <Group gap="xs" mt={4}>
        <Text size="sm">{t("branches.count", { count: branches.length })}</Text>
        <Button size="compact-xs" variant="default" onClick={() => onChange([...branches, []])}>
          {t("branches.add")}
        </Button>
        <Button size="compact-xs" variant="default" disabled={branches.length < 2} onClick={() => onChange(branches.slice(0, -1))}>
          {t("branches.remove")}
        </Button>
      </Group>
    </Input.Wrapper>
  );
}
