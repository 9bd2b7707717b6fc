/** What the log is narrowed by. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ContactPicker, useChoices } from "~/components/crm/fields";
import { EVALUATION, START, type View } from "../../model/fields";

type Change = (changes: Partial<View>) => void;

export function Narrow({ view, onChange, postponed }: { view: View; onChange: Change; postponed: boolean }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const narrowed = (["search", "contact", "template", "salesperson", "campaign", "evaluation", "since", "until", "canceled", "logged"] as const).some((name) => view[name] !== START[name]);
  const choices = (EVALUATION.options ?? []).map((value) => ({ value, label: t(`fields:choice.${value}`) }));
  const lives = [
    { value: "no", label: t("live_only") },
    { value: "yes", label: t("canceled_only") },
  ];
  return (
    <Group gap="xs" align="flex-end" component="search" maw="60rem">
      <Search value={String(view.search)} onChange={(search) => onChange({ search })} />
      <ContactPicker label={t("fields:field.contact")} value={view.contact} onChange={(contact) => onChange({ contact })} />
      <Known label={t("fields:field.template")} from="template" value={view.template} onChange={(template) => onChange({ template })} />
      <Known label={t("fields:field.salesperson_code")} from="salesperson" value={view.salesperson} onChange={(salesperson) => onChange({ salesperson })} />
      <Known label={t("fields:field.campaign_no")} from="campaign" value={view.campaign} onChange={(campaign) => onChange({ campaign })} />
      {!postponed && <Pick label={t("fields:field.evaluation")} data={choices} value={view.evaluation} onChange={(evaluation) => onChange({ evaluation })} />}
      {!postponed && <Pick label={t("fields:field.status")} data={lives} value={view.canceled} onChange={(canceled) => onChange({ canceled })} />}
      <TextInput size="xs" type="date" label={t("since")} value={view.since} onChange={(event) => onChange({ since: event.currentTarget.value })} />
      <TextInput size="xs" type="date" label={t("until")} value={view.until} onChange={(event) => onChange({ until: event.currentTarget.value })} />
      {narrowed && (
        <Button size="xs" variant="subtle" onClick={() => onChange({ ...START, tab: view.tab })}>
          {t("all")}
        </Button>
      )}
    </Group>
  );
}

interface PickProps {
  label: string;
  data: { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

function Pick({ label, data, value, onChange }: PickProps) {
  const { t } = useTranslation("fields");
  return <Select size="xs" w="9.5rem" label={label} data={data} value={value || null} onChange={(chosen) => onChange(chosen ?? "")} placeholder={t("any")} searchable clearable clearButtonProps={{ "aria-label": t("clear") }} />;
}

function Known({ from, value, ...rest }: Omit<PickProps, "data"> & { from: string }) {
  const known = useChoices(from);
  return <Pick {...rest} value={value} data={value && !known.some((each) => each.value === value) ? [{ value, label: value }, ...known] : known} />;
}

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("interactions");
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(onChange, 250);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      size="xs"
      type="search"
      label={t("common:search")}
      placeholder={t("search")}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
