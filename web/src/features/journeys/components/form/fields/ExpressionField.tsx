/** A value that is computed: an expression of the journey language, or a constant. */
import { useQuery } from "@tanstack/react-query";
import { CodeEditor } from "~/components/editor/CodeEditor";
import { vocabulary } from "~/components/rules/api";
import { words as offered } from "~/components/rules/model/vocabulary";
import { useForm } from "../context";
import { TextField } from "./Plain";
import { type FieldProps, useFieldWords } from "./props";

export function ExpressionField(props: FieldProps) {
  const { setting, value, onChange, place } = props;
  const { readOnly } = useForm();
  const { label, description, error } = useFieldWords(setting, place);
  const { data } = useQuery(vocabulary);
  if (typeof value === "string" || typeof value === "number") return <TextField {...props} />;
  const text = (value as { journey?: string } | undefined)?.journey ?? "";
  return (
    <CodeEditor language="journey" label={label} description={description} value={text} readOnly={readOnly} minHeight="4rem" words={data ? offered(data, "journey") : []}
      problems={error ? [{ message: error }] : []} onChange={(next) => onChange({ journey: next })} />
  );
}
