/** Calendar units, and the zone whose midnights count. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { UNITS } from "../model/read";
import type { Unit } from "../model/rule";

export function UnitField({ value, label, disabled, count = 1, onChange }: { value: Unit; label: string; disabled?: boolean; count?: number; onChange: (unit: Unit) => void }) {
  const { t } = useTranslation("rules");
  const data = UNITS.map((unit) => ({ value: unit, label: t(`unit.${unit}`, { count }) }));
  return <Select size="xs" w="7rem" aria-label={label} data={data} value={value} disabled={disabled} allowDeselect={false} onChange={(unit) => unit && onChange(unit as Unit)} />;
}

const own = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = (chosen: string): string[] => [...new Set(["UTC", own(), chosen, ...Intl.supportedValuesOf("timeZone")])];

export function ZoneField({ value, disabled, onChange }: { value: string | undefined; disabled?: boolean; onChange: (zone: string | undefined) => void }) {
  const { t } = useTranslation("rules");
  const zone = value ?? "UTC";
  return (
    <Select size="xs" w="10.5rem" aria-label={t("zone")} data={zones(zone)} value={zone} disabled={disabled} searchable limit={60} allowDeselect={false}
      onChange={(chosen) => onChange(!chosen || chosen === "UTC" ? undefined : chosen)} />
  );
}
