/** One setting in a form, by what it holds. */
import type { ReactNode } from "react";
import type { Form } from "~/components/graph/model";
import { ChoiceField, ChoicesField } from "./Choices";
import { DurationField } from "./DurationField";
import { ExpressionField } from "./ExpressionField";
import { ListField, MapField } from "./Lists";
import { MomentField } from "./MomentField";
import { NamedField, isNamed } from "./NamedField";
import { FlagField, NumberField, TextField } from "./Plain";
import { PartField, PartsField } from "./Parts";
import { BranchesField } from "./BranchesField";
import type { FieldProps } from "./props";
import { RuleField } from "./RuleField";
import { TemplateField } from "./TemplateField";

const FIELDS: Partial<Record<Form, (props: FieldProps) => ReactNode>> = {
  text: TextField,
  template: TemplateField,
  duration: DurationField,
  moment: MomentField,
  number: NumberField,
  whole: NumberField,
  flag: FlagField,
  choice: ChoiceField,
  choices: ChoicesField,
  list: ListField,
  map: MapField,
  part: PartField,
  parts: PartsField,
  ways: BranchesField,
  rule: RuleField,
  event_rule: RuleField,
  any: ExpressionField,
};

export function Field(props: FieldProps) {
  const { form, name } = props.setting;
  if (form === "way") return null;
  const Shown = form === "text" && isNamed(name) ? NamedField : (FIELDS[form] ?? TextField);
  return <Shown {...props} />;
}
