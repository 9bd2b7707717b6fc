/** The frame of a condition: a handle to drag it, its fields, what can be done with it, what is wrong with it. */
import { ActionIcon, Badge, Box, Group, Menu, Paper, Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useEditing } from "./context";
import { EventFields, EventFilter } from "./EventFields";
import { ItemsFields, ItemsFilter } from "./ItemsFields";
import { KeptText } from "./KeptText";
import { duplicate, find, negate, placeOf, remove, step, unwrap, wrap } from "./model/edit";
import type { Group as Rules, Rule } from "./model/rule";
import type { Scope } from "./model/vocabulary";
import { SegmentFields } from "./SegmentFields";
import { ValueFields } from "./ValueFields";

export function Condition({ rule, scope }: { rule: Exclude<Rule, Rules>; scope: Scope }) {
  const { dragged } = useEditing();
  return (
    <Paper withBorder px="xs" py={6} opacity={dragged === rule.id ? 0.4 : 1} data-rule={rule.id}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Handle rule={rule} />
        <Group gap={6} style={{ flex: 1 }} miw={0} align="flex-start">
          <Not rule={rule} />
          <Fields rule={rule} scope={scope} />
        </Group>
        <Actions rule={rule} />
      </Group>
      {rule.kind === "event" && <EventFilter rule={rule} />}
      {rule.kind === "items" && <ItemsFilter rule={rule} scope={scope} />}
      <Wrong rule={rule} />
    </Paper>
  );
}

function Fields({ rule, scope }: { rule: Exclude<Rule, Rules>; scope: Scope }) {
  switch (rule.kind) {
    case "value":
      return <ValueFields rule={rule} scope={scope} />;
    case "event":
      return <EventFields rule={rule} />;
    case "segment":
      return <SegmentFields rule={rule} />;
    case "items":
      return <ItemsFields rule={rule} scope={scope} />;
    case "kept":
      return <KeptText rule={rule} scope={scope} />;
  }
}

export function Not({ rule }: { rule: Rule }) {
  const { t } = useTranslation("rules");
  if (!rule.not) return null;
  return (
    <Badge color="red" variant="light" radius="sm" size="sm" tt="none" mt={6}>
      {t("not")}
    </Badge>
  );
}

export function Wrong({ rule }: { rule: Rule }) {
  const { t } = useTranslation("rules");
  const { problems, gaps } = useEditing();
  const gap = gaps.get(rule.id);
  const said = [...(problems.get(rule.id) ?? []), ...(gap && gap !== "empty" ? [t(`gap.${gap}`)] : [])];
  if (!said.length) return null;
  return (
    <Box mt={4}>
      {said.map((text) => (
        <Text key={text} size="xs" c={problems.has(rule.id) ? "var(--mantine-color-error)" : "dimmed"}>
          {text}
        </Text>
      ))}
    </Box>
  );
}

/** Dragged with a pointer; with the keyboard the arrows move the condition, also into and out of groups. */
export function Handle({ rule }: { rule: Rule }) {
  const { t } = useTranslation("rules");
  const { root, readOnly, change, drag, say } = useEditing();
  if (readOnly) return null;
  const keys = (event: KeyboardEvent) => {
    const way = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!way) return;
    event.preventDefault();
    const next = step(root, rule.id, way);
    if (next === root) return say(t("move.end"));
    change(next);
    say(t("move.done", where(next, rule.id)));
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-handle="${rule.id}"]`)?.focus());
  };
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" mt={3} draggable data-handle={rule.id} aria-label={t("move.handle")} title={t("move.hint")} style={{ cursor: "grab" }} onKeyDown={keys}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", rule.id);
        drag(rule.id);
      }}
      onDragEnd={() => drag(null)}>
      <svg width="10" height="16" viewBox="0 0 10 16" aria-hidden fill="currentColor">
        {[3, 8, 13].map((y) => [2, 8].map((x) => <circle key={`${x}${y}`} cx={x} cy={y} r="1.4" />))}
      </svg>
    </ActionIcon>
  );
}

function where(root: Rules, id: string): { place: number; of: number } {
  const place = placeOf(root, id);
  const group = place && find(root, place.group);
  return { place: (place?.index ?? 0) + 1, of: group?.kind === "group" ? group.rules.length : 1 };
}

/** What can be done with a condition or a group; `fixed` is the outermost group, which stays. */
export function Actions({ rule, fixed = false }: { rule: Rule; fixed?: boolean }) {
  const { t } = useTranslation("rules");
  const { root, readOnly, change } = useEditing();
  if (readOnly) return null;
  const act = (key: string, next: () => Rules) => <Menu.Item onClick={() => change(next())}>{t(`act.${key}`)}</Menu.Item>;
  return (
    <Menu position="bottom-end" withArrow shadow="md" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" mt={3} aria-label={t("act.menu")}>
          <svg width="16" height="4" viewBox="0 0 16 4" aria-hidden fill="currentColor">
            {[2, 8, 14].map((x) => <circle key={x} cx={x} cy="2" r="1.6" />)}
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {act(rule.not ? "affirm" : "negate", () => negate(root, rule.id))}
        {!fixed && act("duplicate", () => duplicate(root, rule.id))}
        {!fixed && rule.kind !== "group" && act("wrap", () => wrap(root, rule.id))}
        {!fixed && rule.kind === "group" && act("unwrap", () => unwrap(root, rule.id))}
        {!fixed && (
          <>
            {act("up", () => step(root, rule.id, -1))}
            {act("down", () => step(root, rule.id, 1))}
            <Menu.Item c="var(--mantine-color-error)" onClick={() => change(remove(root, rule.id))}>
              {t("act.remove")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
