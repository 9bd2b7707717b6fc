/**
 * A filter of contacts, put together: sub-tables with conditions, alternatives, exceptions, a live segment.
 *
 *     const [shape, setShape] = useState<FilterShape>({});
 *     <FilterEditor value={shape} onChange={setShape} />          // send `filled(shape)` to the API
 */
import { Button, Code, CloseButton, Fieldset, Group, Menu, Paper, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { reading } from "~/lib/api/client";
import { Block } from "./Block";
import { TABLE_NAMES, firstField } from "./model/fields";
import { type FilterShape, type Group as GroupName, expressionsOf, groupsOf, segmentOf, tablesOf, withGroup, withPart } from "./model/shape";

export interface FilterEditorProps {
  value: FilterShape;
  onChange: (shape: FilterShape) => void;
  /** Groups within groups are shown, but not offered, below this. */
  depth?: number;
}

export function FilterEditor({ value, onChange, depth = 0 }: FilterEditorProps) {
  const { t } = useTranslation("crm");
  const tables = tablesOf(value);
  return (
    <Stack gap="xs">
      {tables.map((table) => (
        <Block key={table} table={table} expressions={expressionsOf(value, table)} onChange={(found) => onChange(withPart(value, table, found))} onRemove={() => onChange(withPart(value, table, undefined))} />
      ))}
      {value.rule != null && <Rule shape={value} onChange={onChange} />}
      {(["any_of", "none_of"] as const).map((group) =>
        groupsOf(value, group).length ? <Groups key={group} group={group} value={value} onChange={onChange} depth={depth} /> : null,
      )}
      <Group gap="xs">
        <Add value={value} onChange={onChange} />
        {depth === 0 && (
          <>
            <Button size="compact-xs" variant="subtle" onClick={() => onChange(withGroup(value, "any_of", groupsOf(value, "any_of").length, {}))}>
              {t("filter.add_any")}
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={() => onChange(withGroup(value, "none_of", groupsOf(value, "none_of").length, {}))}>
              {t("filter.add_none")}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

function Add({ value, onChange }: { value: FilterShape; onChange: (shape: FilterShape) => void }) {
  const { t } = useTranslation("crm");
  const taken = tablesOf(value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-sm" variant="light">
          {t("filter.add_table")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TABLE_NAMES.filter((table) => !taken.includes(table)).map((table) => (
          <Menu.Item key={table} onClick={() => onChange(withPart(value, table, { [firstField(table)]: "" }))}>
            {t(`table.${table}`)}
          </Menu.Item>
        ))}
        {value.rule == null && <Menu.Item onClick={() => onChange(withPart(value, "rule", { segment: "" }))}>{t("filter.segment")}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Alternatives or exceptions, each a filter of its own. */
function Groups({ group, value, onChange, depth }: { group: GroupName; value: FilterShape; onChange: (shape: FilterShape) => void; depth: number }) {
  const { t } = useTranslation("crm");
  const one = group === "any_of" ? "filter.alternative" : "filter.exception";
  return (
    <Fieldset legend={t(`filter.${group}`)} p="xs">
      <Stack gap="xs">
        {groupsOf(value, group).map((shape, place) => (
          <Paper key={place} p="xs" bg="var(--mantine-color-default-hover)" role="group" aria-label={t(one, { number: place + 1 })}>
            <Group justify="space-between" mb={4}>
              <Text size="xs" fw={600}>
                {t(one, { number: place + 1 })}
              </Text>
              <CloseButton size="sm" aria-label={`${t("filter.remove_group")}: ${t(one, { number: place + 1 })}`} onClick={() => onChange(withGroup(value, group, place, undefined))} />
            </Group>
            <FilterEditor value={shape} onChange={(next) => onChange(withGroup(value, group, place, next))} depth={depth + 1} />
          </Paper>
        ))}
      </Stack>
    </Fieldset>
  );
}

/** A live segment to choose, or a rule that is more than that, which is kept as it is. */
function Rule({ shape, onChange }: { shape: FilterShape; onChange: (shape: FilterShape) => void }) {
  const { t } = useTranslation("crm");
  const segment = segmentOf(shape);
  const known = useQuery({ ...reading("/api/segments", { query: { limit: 1000 } }), staleTime: 60_000 });
  const data = (known.data?.items ?? []).map((each) => ({ value: String(each.segment), label: `${String(each.name || each.segment)}` }));
  const label = t(segment === null ? "filter.rule" : "filter.segment");
  return (
    <Paper withBorder p="xs" component="section" aria-label={label}>
      <Group justify="space-between" wrap="nowrap" mb={6} align="flex-start">
        <div>
          <Text size="sm" fw={600}>
            {label}
          </Text>
          <Text size="xs" c="dimmed">
            {t(segment === null ? "filter.rule_about" : "filter.segment_about")}
          </Text>
        </div>
        <CloseButton size="sm" aria-label={t("filter.remove_table", { table: label })} onClick={() => onChange(withPart(shape, "rule", undefined))} />
      </Group>
      {segment === null ? (
        <Code block>{typeof shape.rule === "string" ? shape.rule : JSON.stringify(shape.rule, null, 1)}</Code>
      ) : (
        <Select size="xs" aria-label={label} searchable data={data} value={segment || null} onChange={(value) => onChange(withPart(shape, "rule", { segment: value ?? "" }))} nothingFoundMessage={t("filter.nothing_found")} />
      )}
    </Paper>
  );
}
