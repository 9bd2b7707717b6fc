/** A condition on the elements of a list: at least one, all, or none of them meets a rule. */
import { Box, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChange, useEditing } from "./context";
import { GroupBox } from "./GroupBox";
import { group, type ItemsRule } from "./model/rule";
import { elementScope, paths, type Scope } from "./model/vocabulary";
import { PathField } from "./parts/PathField";

export const lists = (scope: Scope) => paths(scope.fields).filter(({ kind }) => kind === "list");

export function ItemsFields({ rule, scope }: { rule: ItemsRule; scope: Scope }) {
  const { t } = useTranslation("rules");
  const { readOnly, gaps } = useEditing();
  const change = useChange(rule);
  const data = (["any_item", "all_items", "no_item"] as const).map((how) => ({ value: how as string, label: t(`items.${how}`) }));
  const choices = lists(scope).map(({ name, kind }) => ({ value: name, name, kind }));
  return (
    <>
      <Select size="xs" w="10rem" aria-label={t("field.how")} data={data} value={rule.how} disabled={readOnly} allowDeselect={false} onChange={(how) => how && change({ how: how as ItemsRule["how"] })} />
      <PathField value={rule.list || null} label={t("field.list")} placeholder={t("choose.list")} choices={choices} error={gaps.get(rule.id) === "list"} onChange={(list) => change({ list, where: group() })} />
    </>
  );
}

export function ItemsFilter({ rule, scope }: { rule: ItemsRule; scope: Scope }) {
  if (!rule.list) return null;
  return (
    <Box ml={{ base: 0, xs: "md" }}>
      <GroupBox group={rule.where} scope={elementScope(scope, rule.list)} filter />
    </Box>
  );
}
