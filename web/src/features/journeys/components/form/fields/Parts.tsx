/** Settings that hold settings: one part in a frame, or a list of them to add to, to take from and to put in order. */
import { ActionIcon, Button, Fieldset, Group, Input, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { partOf, type Setting } from "~/components/graph/model";
import { useForm } from "../context";
import { Field } from "./Field";
import { isNamed, NamedField } from "./NamedField";
import { TextField } from "./Plain";
import { type FieldProps, useFieldWords } from "./props";

type Held = Record<string, unknown>;
const pruned = (held: Held): Held => Object.fromEntries(Object.entries(held).filter(([, value]) => value !== undefined));

function Inside({ part, held, place, onChange }: { part: string; held: Held; place: string; onChange: (next: Held) => void }) {
  return partOf(part).map((setting) => (
    <Field key={setting.name} setting={setting} value={held[setting.name]} beside={held} place={`${place}.${setting.name}`} onChange={(value) => onChange(pruned({ ...held, [setting.name]: value }))} />
  ));
}

export function PartField(props: FieldProps) {
  const { setting, value, onChange, place } = props;
  const { t } = useTranslation("journeys");
  const words = useFieldWords(setting, place);
  if (setting.or === "text" && typeof value !== "object") return isNamed(setting.name) ? <NamedField {...props} setting={{ ...setting, part: undefined }} /> : <TextField {...props} setting={{ ...setting, part: undefined }} />;
  const held = value as Held | undefined | null;
  return (
    <Fieldset legend={words.label} p="xs" variant="default">
      {held ? (
        <Stack gap="xs">
          <Inside part={setting.part ?? ""} held={held} place={place} onChange={onChange} />
          {!setting.required && (
            <Button size="compact-xs" variant="subtle" color="gray" w="fit-content" onClick={() => onChange(undefined)}>
              {t("part.remove")}
            </Button>
          )}
        </Stack>
      ) : (
        <Button size="compact-xs" variant="default" onClick={() => onChange({})}>
          {t("part.add", { name: words.label })}
        </Button>
      )}
    </Fieldset>
  );
}

/** What a new path says: a label that no other has, and a share that is left. */
function another(part: string, items: readonly Held[]): Held {
  const label = String.fromCharCode(65 + items.length);
  if (part !== "Share") return part === "ExitRule" ? {} : { label: `${items.length + 1}` };
  const left = 100 - items.reduce((sum, { percent }) => sum + (typeof percent === "number" ? percent : 0), 0);
  return { label, percent: Math.max(0, left) };
}

export function PartsField({ setting, value, onChange, place }: FieldProps) {
  const { t } = useTranslation("journeys");
  const words = useFieldWords({ ...setting, part: undefined }, `${place}.`);
  const items = Array.isArray(value) ? (value as Held[]) : [];
  const part = setting.part ?? "";
  const write = (next: Held[]) => onChange(next.length || setting.required ? next : undefined);
  const move = (from: number, to: number) => write(items.toSpliced(from, 1).toSpliced(to, 0, items[from]!));
  return (
    <Input.Wrapper size="xs" labelElement="div" {...words}>
      <Stack gap="xs" mt={4}>
        {items.map((held, at) => (
          <Item key={at} at={at} count={items.length} part={part} held={held} setting={setting} place={`${place}[${at}]`}
            onChange={(next) => write(items.map((each, other) => (other === at ? next : each)))} onMove={(to) => move(at, to)} onRemove={() => write(items.toSpliced(at, 1))} />
        ))}
        <Button size="compact-xs" variant="default" w="fit-content" onClick={() => write([...items, another(part, items)])}>
          {t(`parts.add.${setting.name}`, t("parts.add.other"))}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface ItemProps {
  at: number;
  count: number;
  part: string;
  held: Held;
  setting: Setting;
  place: string;
  onChange: (next: Held) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function Item({ at, count, part, held, setting, place, onChange, onMove, onRemove }: ItemProps) {
  const { t } = useTranslation("journeys");
  const { readOnly } = useForm();
  const name = t(`parts.one.${setting.name}`, { number: at + 1, defaultValue: `${at + 1}` });
  return (
    <Paper withBorder p="xs" role="group" aria-label={name}>
      <Group justify="space-between" mb={4}>
        <Text size="xs" fw={600}>
          {name}
        </Text>
        {!readOnly && (
          <Group gap={2}>
            <ActionIcon size="xs" variant="subtle" color="gray" disabled={at === 0} aria-label={t("parts.up", { name })} onClick={() => onMove(at - 1)}>↑</ActionIcon>
            <ActionIcon size="xs" variant="subtle" color="gray" disabled={at === count - 1} aria-label={t("parts.down", { name })} onClick={() => onMove(at + 1)}>↓</ActionIcon>
            <ActionIcon size="xs" variant="subtle" color="gray" aria-label={t("parts.remove", { name })} onClick={onRemove}>✕</ActionIcon>
          </Group>
        )}
      </Group>
      <Stack gap="xs">
        <Inside part={part} held={held} place={place} onChange={onChange} />
      </Stack>
    </Paper>
  );
}
