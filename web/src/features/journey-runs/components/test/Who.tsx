/** Which of the people of this test it is about. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Who({ people, value, onChange, nobody = false }: { people: readonly string[]; value: string; onChange: (profile: string) => void; nobody?: boolean }) {
  const { t } = useTranslation("journey-runs");
  const data = [...(nobody ? [{ value: "", label: t("who.nobody") }] : []), ...people.map((one) => ({ value: one, label: one }))];
  return <Select size="xs" label={t("steps.who")} data={data} value={value} allowDeselect={false} disabled={data.length === 0} placeholder={t("who.first")} onChange={(profile) => onChange(profile ?? "")} />;
}

/** The one that was chosen, or else the last who came. */
export const chosenOf = (people: readonly string[], chosen: string | null): string => (chosen !== null && (chosen === "" || people.includes(chosen)) ? chosen : (people.at(-1) ?? ""));
