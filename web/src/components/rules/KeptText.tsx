/** A part of a rule that has no fields here: said in words, kept as it is. */
import { Code, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asking } from "~/lib/api/client";
import type { Kept } from "./model/rule";
import type { Scope } from "./model/vocabulary";

export function KeptText({ rule, scope }: { rule: Kept; scope: Scope }) {
  const { t, i18n } = useTranslation("rules");
  // Only what stands alone can be said by itself: a filter means nothing without its event.
  const alone = scope.subject === "attribute";
  const { data } = useQuery({ ...asking("/api/rules/check", { body: { rule: rule.shape as never, lang: i18n.language === "fr" ? "fr" : "en" } }), enabled: alone, retry: false, staleTime: Infinity });
  return (
    <div style={{ flex: "1 1 16rem" }}>
      {data ? <Text size="sm">{data.sentence}</Text> : <Code>{JSON.stringify(rule.shape)}</Code>}
      <Text size="xs" c="dimmed">
        {t("kept")}
      </Text>
    </div>
  );
}
