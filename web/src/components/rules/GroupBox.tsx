/** A group of conditions: how they are joined, the conditions, and what can be added. */
import { Box, Button, Group, Menu, Paper, Select, Stack, Text } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Actions, Condition, Handle, Not, Wrong } from "./Condition";
import { useChange, useEditing } from "./context";
import { Gap } from "./Gap";
import { lists } from "./ItemsFields";
import { insert } from "./model/edit";
import { event, group as groupOf, itemsOf, type Group as Rules, type Join, type Rule, segment, value } from "./model/rule";
import type { Scope } from "./model/vocabulary";
import { half, useDrop } from "./useDrop";

export interface GroupBoxProps {
  group: Rules;
  scope: Scope;
  /** The conditions on the rows of an event or a list: no frame, and no join while there is one. */
  filter?: boolean;
  /** The outermost group. */
  top?: boolean;
}

export function GroupBox({ group, scope, filter = false, top = false }: GroupBoxProps) {
  const plain = filter || top;
  const body = (
    <>
      {(!plain || group.rules.length > 1 || group.join === "none" || group.not) && <Head group={group} plain={plain} />}
      <Stack gap={0}>
        {group.rules.map((rule, index) => (
          <Fragment key={rule.id}>
            <Gap group={group} index={index} />
            <Member group={group} index={index} rule={rule} scope={scope} />
          </Fragment>
        ))}
        <Gap group={group} index={group.rules.length} />
      </Stack>
      <Add group={group} scope={scope} filter={filter} />
      <Wrong rule={group} />
    </>
  );
  if (plain) return <Box>{body}</Box>;
  return (
    <Paper withBorder p="xs" bg="var(--mantine-color-default-hover)" style={{ borderInlineStart: "3px solid var(--mantine-primary-color-filled)" }} data-rule={group.id}>
      {body}
    </Paper>
  );
}

function Member({ group, index, rule, scope }: { group: Rules; index: number; rule: Rule; scope: Scope }) {
  const { open: _, ...drop } = useDrop(group.id, half(index));
  return <div {...drop}>{rule.kind === "group" ? <GroupBox group={rule} scope={scope} /> : <Condition rule={rule} scope={scope} />}</div>;
}

function Head({ group, plain }: { group: Rules; plain: boolean }) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const change = useChange(group);
  return (
    <Group gap="xs" wrap="nowrap" justify="space-between" align="flex-start" mb={2}>
      <Group gap="xs" miw={0}>
        {!plain && <Handle rule={group} />}
        <Not rule={group} />
        <Select size="xs" w="9rem" aria-label={t("field.join")} data={(["all", "any", "none"] as const).map((join) => ({ value: join as string, label: t(`join.${join}`) }))} value={group.join} disabled={readOnly} allowDeselect={false}
          onChange={(join) => join && change({ join: join as Join })} />
        <Text size="xs" c="dimmed">
          {t("join.of")}
        </Text>
      </Group>
      <Actions rule={group} fixed={plain} />
    </Group>
  );
}

/** What can be added here; focus goes to the first field of what was added. */
function Add({ group, scope, filter }: { group: Rules; scope: Scope; filter: boolean }) {
  const { t } = useTranslation("rules");
  const { root, readOnly, change, vocabulary } = useEditing();
  if (readOnly) return null;
  const add = (rule: Rule) => {
    change(insert(root, { group: group.id, index: group.rules.length }, rule));
    setTimeout(() => document.querySelector<HTMLElement>(`[data-rule="${rule.id}"] input`)?.focus(), 50);
  };
  const items = lists(scope).length > 0;
  const item = (key: string, make: () => Rule) => <Menu.Item onClick={() => add(make())}>{t(`add.${key}`)}</Menu.Item>;
  if (scope.subject !== "attribute")
    return (
      <Group gap={4}>
        <Button size="compact-xs" variant="subtle" onClick={() => add(value(scope.subject, ""))}>
          {t(filter && !group.rules.length ? "add.filter" : "add.another")}
        </Button>
        {(group.rules.length > 0 || items) && (
          <More>
            {items && item("items", () => itemsOf())}
            {group.rules.length > 0 && item("group", () => groupOf([value(scope.subject, "")], "any", false))}
          </More>
        )}
      </Group>
    );
  return (
    <Group gap={4}>
      <Button size="compact-xs" variant="subtle" onClick={() => add(event())}>
        {t("add.event")}
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={() => add(value("attribute", ""))} disabled={!vocabulary.attributes.length}>
        {t("add.attribute")}
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={() => add(segment())} disabled={!vocabulary.segments.length}>
        {t("add.segment")}
      </Button>
      <More>
        {item("group", () => groupOf([], "any", false))}
        {items && item("items", () => itemsOf())}
      </More>
    </Group>
  );
}

function More({ children }: { children: ReactNode }) {
  const { t } = useTranslation("rules");
  return (
    <Menu withArrow shadow="md" withinPortal={false}>
      <Menu.Target>
        <Button size="compact-xs" variant="subtle" color="gray">
          {t("add.more")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
