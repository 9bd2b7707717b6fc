/** The filters that hold, each to be taken away, and the form for another one. */
import { Button, Group, Pill, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { type Filter, needsValue } from "../model/filters";
import { NewFilter } from "./NewFilter";

interface Props {
  attributes: readonly Schemas["AttributeName"][];
  filters: readonly Filter[];
  onChange: (filters: Filter[]) => void;
}

export function Filters({ attributes, filters, onChange }: Props) {
  const { t } = useTranslation("people");
  const [opened, { toggle, close }] = useDisclosure();
  const add = (filter: Filter) => {
    onChange([...filters, filter]);
    close();
  };
  return (
    <Group gap="xs" mih={30}>
      {filters.map((filter, place) => (
        <Pill key={`${filter.attribute} ${place}`} size="md" withRemoveButton onRemove={() => onChange(filters.filter((_, other) => other !== place))}
          removeButtonProps={{ "aria-label": t("filter.remove", { attribute: filter.attribute }), tabIndex: 0, "aria-hidden": undefined }}>
          {filter.attribute} {t(`comparator.${filter.comparator}`)} {needsValue(filter.comparator) && <b>{String(filter.value)}</b>}
        </Pill>
      ))}
      <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-start" withArrow trapFocus returnFocus>
        <Popover.Target>
          <Button size="compact-sm" variant="default" onClick={toggle}>
            {t("filter.add")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("filter.add")}>
          <NewFilter attributes={attributes} onAdd={add} />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
