/** A condition on one value: an attribute, a property of the event, a field of a line item. */
import { useTranslation } from "react-i18next";
import { useChange, useEditing } from "./context";
import { first } from "./model/operators";
import type { Subject, ValueRule } from "./model/rule";
import { kindOf, paths, type Scope } from "./model/vocabulary";
import { type Choice, PathField } from "./parts/PathField";
import { TestFields } from "./parts/TestFields";

export function ValueFields({ rule, scope }: { rule: ValueRule; scope: Scope }) {
  const { t } = useTranslation("rules");
  const { gaps } = useEditing();
  const change = useChange(rule);
  const gap = gaps.get(rule.id);
  const fields = rule.subject === "event_field" ? scope.outer : scope.fields;
  const known = kindOf(fields, rule.subject === "item" ? "" : rule.path);
  const name = nameOf(rule.path, t);
  const choose = (value: string) => {
    const { subject, path } = split(value);
    const of = kindOf(subject === "event_field" ? scope.outer : scope.fields, path);
    change({ subject, path, ...(of.kind !== known.kind || !rule.path ? { test: first(of.kind) } : {}) });
  };
  const asked = { subject: rule.subject, path: rule.path, event: scope.event, list: scope.list };
  return (
    <>
      {rule.subject !== "item" && (
        <PathField value={rule.path ? `${rule.subject}:${rule.path}` : null} label={t(rule.subject === "attribute" ? "field.attribute" : "field.property")} placeholder={t(rule.subject === "attribute" ? "choose.attribute" : "choose.property")}
          choices={choices(scope, t)} error={gap === "attribute" || gap === "property"} onChange={choose} />
      )}
      {(rule.path || rule.subject === "item") && (
        <TestFields test={rule.test} kind={known.kind} element={known.element} asked={asked} about={rule.subject === "item" ? t("element") : name} invalid={gap === "value"}
          onChange={(test, field) => change({ test }, field)} />
      )}
    </>
  );
}

type Say = (key: string) => string;
export const nameOf = (path: string, t: Say): string => (path === "_time" ? t("time") : path);

function split(value: string): { subject: Subject; path: string } {
  const at = value.indexOf(":");
  return { subject: value.slice(0, at) as Subject, path: value.slice(at + 1) };
}

function choices(scope: Scope, t: Say): Choice[] {
  const plain = (subject: Subject, of: Scope["fields"], group?: string) =>
    paths(of)
      .filter(({ kind, fields }) => kind !== "map" && !(kind === "list" && fields.length))
      .map(({ name, kind }): Choice => ({ value: `${subject}:${name}`, name: nameOf(name, t), kind, group }));
  const outer = scope.outer.length > 0;
  return [...plain(scope.subject, scope.fields, outer ? t("of.item") : undefined), ...(outer ? plain("event_field", scope.outer, t("of.event")) : [])];
}
