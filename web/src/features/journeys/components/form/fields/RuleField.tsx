/** A rule: said in words here, written in a window of its own, simple or advanced. */
import { Button, Code, Group, Input, Paper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { asking } from "~/lib/api/client";
import { isEmpty, textOf } from "../../../model/rules";
import { useForm } from "../context";
import { type FieldProps, useFieldWords } from "./props";

const RuleDialog = lazy(() => import("../RuleDialog").then(({ RuleDialog: component }) => ({ default: component })));

export function RuleField({ setting, value, onChange, place, beside }: FieldProps) {
  const { t } = useTranslation("journeys");
  const { readOnly } = useForm();
  const words = useFieldWords(setting, place);
  const [open, turn] = useState(false);
  const event = setting.form === "event_rule" ? String(beside.event ?? beside.business_event ?? "") : null;
  return (
    <Input.Wrapper size="xs" labelElement="div" {...words}>
      <Paper withBorder p="xs" mt={4}>
        {isEmpty(value) ? <Text size="xs" c="dimmed">{t(event === null ? "rule.none" : "rule.none_event")}</Text> : <Said rule={value} event={event} />}
        {!readOnly && (
          <Group gap={6} mt={6}>
            <Button size="compact-xs" variant="default" disabled={event === ""} onClick={() => turn(true)}>
              {t(isEmpty(value) ? "rule.write" : "rule.edit")}
            </Button>
            {!isEmpty(value) && !setting.required && (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(undefined)}>
                {t("rule.clear")}
              </Button>
            )}
          </Group>
        )}
      </Paper>
      {open && (
        <Suspense>
          <RuleDialog title={words.label} rule={value} event={event} onChange={onChange} onClose={() => turn(false)} />
        </Suspense>
      )}
    </Input.Wrapper>
  );
}

/** In words, where the server has words for it: rules about an event at hand are shown as they are written. */
function Said({ rule, event }: { rule: unknown; event: string | null }) {
  const { i18n } = useTranslation();
  const text = textOf(rule);
  const said = useQuery({ ...asking("/api/rules/check", { body: { rule } }), enabled: text === null && event === null, retry: false, staleTime: 60_000 });
  if (said.data && i18n.language === "en") return <Text size="xs">{said.data.sentence}</Text>;
  return (
    <Code block fz={11} style={{ whiteSpace: "pre-wrap" }}>
      {text ?? (said.data?.sentence || plainly(rule))}
    </Code>
  );
}

/** A tree as lines, without the signs of JSON. */
const plainly = (rule: unknown): string => JSON.stringify(rule, null, 1).replace(/[{}"]|^\s*\n/gm, "").replace(/,$/gm, "").replace(/^\s*\n/gm, "");
