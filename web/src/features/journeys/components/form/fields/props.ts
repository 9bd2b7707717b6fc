import { useTranslation } from "react-i18next";
import type { Setting } from "~/components/graph/model";
import { errorAt } from "../../../model/form";
import { useForm } from "../context";

/** Every field shows one setting, and says what it should be instead: `undefined` when nothing is said any more. */
export interface FieldProps {
  setting: Setting;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Where it is inside of the activity: `paths[1].when`. */
  place: string;
  /** All settings beside it, where one field looks at another. */
  beside: Readonly<Record<string, unknown>>;
}

/** The words and the problem of a field: a kind has words of its own for some settings. */
export function useFieldWords({ name, required, part }: Setting, place: string) {
  const { t, i18n } = useTranslation("journeys");
  const { kind, told } = useForm();
  const own = [`setting_of.${kind}.${name}`, `setting.${name}`];
  const help = [`help_of.${kind}.${name}`, `help.${name}`].find((key) => i18n.exists(key, { ns: "journeys" }));
  return { label: t(own, { defaultValue: name.replaceAll("_", " ") }), description: help && t(help), withAsterisk: required, error: part ? undefined : errorAt(told, place) };
}
