/** What is searched for, and in which states. */
import { CloseButton, Group, MultiSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { STATES, statesOf, stateWord, type View } from "../../model/list";

export function Filters({ view, onChange }: { view: View; onChange: (change: Partial<View>) => void }) {
  const { t } = useTranslation("segments");
  return (
    <Group gap="sm" align="flex-end">
      <Search value={String(view.search)} onChange={(search) => onChange({ search })} />
      <MultiSelect size="xs" w={{ base: "100%", xs: 260 }} label={t("list.state")} placeholder={view.state ? undefined : t("list.every_state")} clearable
        data={STATES.map((value) => ({ value, label: t(`common:state.${value}`) }))} value={statesOf(view)} onChange={(states) => onChange({ state: stateWord(states) })}
        clearButtonProps={{ "aria-label": t("list.all_states") }} />
    </Group>
  );
}

/** Types at once, searches when the fingers rest; follows the address when one goes back. */
function Search({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useTranslation("segments");
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, 250);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const change = (next: string) => {
    setText(next);
    tell(next.trim());
  };
  return (
    <TextInput size="xs" type="search" w={{ base: "100%", xs: 260 }} label={t("common:search")} placeholder={t("list.search")} value={text} onChange={(event) => change(event.currentTarget.value)}
      rightSection={text && <CloseButton size="xs" onClick={() => change("")} aria-label={t("list.clear")} />} />
  );
}
