/** What the server says of a rule while it is typed: the sentence, problems, how many people it is about. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asking } from "~/lib/api/client";
import { Failure, type Problem } from "~/lib/api/request";
import { useRefresh } from "~/lib/refresh";

/** Long enough that not every letter is asked for, short enough to feel at once. A new question ends the one before. */
const PAUSE = 250;
const SAMPLE = 6;
const KEPT = 60_000;

/** `rule` as JSON, `null` when there is none; `segment` is the published one that it would replace. */
export function useAnswers(rule: string, segment: string | null) {
  const [asked] = useDebouncedValue(rule, PAUSE);
  const { i18n } = useTranslation();
  const body = { rule: JSON.parse(asked) as never };
  const lang = i18n.language === "fr" ? ("fr" as const) : ("en" as const);
  const enabled = asked !== "null";
  const common = { enabled, placeholderData: keepPreviousData, gcTime: KEPT, retry: false } as const;
  const check = useQuery({ ...asking("/api/rules/check", { body: { ...body, lang } }), ...common, staleTime: KEPT });
  const good = check.isSuccess && !check.isPlaceholderData;
  const size = useQuery({ ...asking("/api/rules/size", { body: { ...body, segment, sample: SAMPLE } }), ...common, enabled: enabled && good });
  useRefresh(() => void (enabled && good && size.refetch()), 3_000);
  const waiting = asked !== rule || (enabled && (check.isFetching || size.isFetching));
  return { check: enabled ? check : null, size: enabled && !check.error ? size : null, problems: check.error && enabled ? problemsOf(check.error) : NONE, waiting, sent: asked };
}

const NONE: readonly Problem[] = [];

/** What is wrong with the rule; a server that cannot be reached is nothing that is wrong with it. */
function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof Failure) || error.status !== 422) return NONE;
  return error.problem.problems?.length ? error.problem.problems : [error.problem];
}
