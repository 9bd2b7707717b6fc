/** The conditions on one sub-table: they must all hold for the same row of it. */
import { CloseButton, Group, Menu, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TABLES } from "./model/fields";
import type { Expressions } from "./model/shape";
import { Row } from "./Row";

export interface BlockProps {
  table: string;
  expressions: Expressions;
  onChange: (expressions: Expressions) => void;
  onRemove: () => void;
}

export function Block({ table, expressions, onChange, onRemove }: BlockProps) {
  const { t } = useTranslation("crm");
  const names = Object.keys(expressions);
  const without = (name: string) => Object.fromEntries(Object.entries(expressions).filter(([each]) => each !== name));
  return (
    <Paper withBorder p="xs" component="section" aria-label={t(`table.${table}`)}>
      <Group justify="space-between" wrap="nowrap" mb={6} align="flex-start">
        <div>
          <Text size="sm" fw={600}>
            {t(`table.${table}`)}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`about.${table}`)}
            {names.length > 1 && `. ${t("filter.same_row")}`}
          </Text>
        </div>
        <CloseButton size="sm" aria-label={t("filter.remove_table", { table: t(`table.${table}`) })} onClick={onRemove} />
      </Group>
      <Stack gap={6}>
        {names.map((name) => (
          <Row
            key={name}
            table={table}
            name={name}
            expression={expressions[name]!}
            beside={without(name)}
            onChange={(expression) => onChange({ ...expressions, [name]: expression })}
            onRemove={() => (names.length > 1 ? onChange(without(name)) : onRemove())}
          />
        ))}
        <AddField table={table} taken={names} onAdd={(name) => onChange({ ...expressions, [name]: "" })} />
      </Stack>
    </Paper>
  );
}

function AddField({ table, taken, onAdd }: { table: string; taken: readonly string[]; onAdd: (name: string) => void }) {
  const { t } = useTranslation("crm");
  const { offered, fields } = TABLES[table]!;
  const free = (names: readonly string[]) => names.filter((name) => !taken.includes(name));
  const often = free(offered);
  const rest = free(Object.keys(fields).filter((name) => !offered.includes(name))).sort((a, b) => t(`field.${a}`).localeCompare(t(`field.${b}`)));
  const item = (name: string) => (
    <Menu.Item key={name} onClick={() => onAdd(name)}>
      {t(`field.${name}`)}
    </Menu.Item>
  );
  if (!often.length && !rest.length) return null;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <UnstyledButton w="fit-content">
          <Text size="xs" c="var(--mantine-primary-color-light-color)" fw={500}>
            + {t("filter.add_field")}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {often.length > 0 && <Menu.Label>{t("filter.offered")}</Menu.Label>}
        {often.map(item)}
        {rest.length > 0 && <Menu.Label>{t("filter.more_fields")}</Menu.Label>}
        {rest.map(item)}
      </Menu.Dropdown>
    </Menu>
  );
}
