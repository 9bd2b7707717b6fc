/** A condition on membership of other segments. */
import { Group, MultiSelect, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import { useChange, useEditing } from "./context";
import type { SegmentRule } from "./model/rule";

const HOWS = ["any", "all", "none", "exited", "never"] as const;

export function SegmentFields({ rule }: { rule: SegmentRule }) {
  const { t } = useTranslation("rules");
  const { vocabulary, readOnly, gaps } = useEditing();
  const change = useChange(rule);
  const single = rule.how === "exited" || rule.how === "never";
  const known = vocabulary.segments.map(({ segment, name }) => ({ value: segment, label: name }));
  const data = [...known, ...rule.segments.filter((id) => !known.some(({ value }) => value === id)).map((id) => ({ value: id, label: id }))];
  const members = (id: string) => vocabulary.segments.find(({ segment }) => segment === id)?.members;
  const common = {
    size: "xs", "aria-label": t("field.segment"), data, disabled: readOnly, searchable: true, error: gaps.has(rule.id), limit: 300, maxDropdownHeight: 320, nothingFoundMessage: t("nothing"), style: { flex: "1 1 14rem" },
    renderOption: ({ option }: { option: { value: string; label?: string } }) => (
      <Group justify="space-between" wrap="nowrap" w="100%" gap="sm">
        <Text size="xs">{option.label}</Text>
        <Text size="xs" c="dimmed">
          {number(members(option.value))}
        </Text>
      </Group>
    ),
  };
  const how = (next: string | null) => next && change({ how: next as SegmentRule["how"], segments: next === "exited" || next === "never" ? rule.segments.slice(0, 1) : rule.segments });
  return (
    <>
      <Select size="xs" w={{ base: "100%", xs: "13rem" }} aria-label={t("field.how")} data={HOWS.map((each) => ({ value: each, label: t(`segment.${each}`) }))} value={rule.how} disabled={readOnly} allowDeselect={false} onChange={how} />
      {single ? (
        <Select {...common} placeholder={t("choose.segment")} value={rule.segments[0] ?? null} onChange={(id) => change({ segments: id ? [id] : [] })} />
      ) : (
        <MultiSelect {...common} placeholder={rule.segments.length ? undefined : t("choose.segment")} value={rule.segments} onChange={(segments) => change({ segments })} />
      )}
    </>
  );
}
