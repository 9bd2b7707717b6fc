/** What a draft would have done with the recorded past, before anybody gets anything. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Empty } from "~/components/Page";
import { reading } from "~/lib/api/client";
import { useBacktest } from "../../api/backtest";
import { Outcome } from "./Outcome";
import { Running } from "./Running";
import { Setup } from "./Setup";

export function BacktestTab({ journey, definition }: { journey: string; definition?: unknown }) {
  const { t } = useTranslation("journey-runs");
  const saved = useQuery({ ...reading("/api/journeys/{journey}", { path: { journey } }), enabled: true, retry: false });
  const published = saved.data?.published_version ?? null;
  const live = useQuery({ ...reading("/api/journeys/{journey}", { path: { journey }, query: { version: published } }), enabled: published !== null });
  const backtest = useBacktest(journey);
  const draft = (definition ?? saved.data?.definition) as Record<string, unknown> | undefined;
  if (!draft)
    return <Loaded query={saved} what={t("backtest.what")} height={320}>{() => null}</Loaded>;
  const running = backtest.since !== null;
  return (
    <Stack gap="md">
      <Setup draft={{ ...draft, journey }} live={(live.data?.definition as Record<string, unknown> | undefined) ?? null} busy={running} onPlay={(asked) => void backtest.play(asked)} />
      {running && <Running since={backtest.since!} onCancel={backtest.cancel} />}
      {backtest.error != null && !running && <Failed error={backtest.error} what={t("backtest.what")} />}
      {backtest.result ? (
        <Outcome result={backtest.result} />
      ) : (
        !running && <Empty title={t("backtest.empty.title")} text={t("backtest.empty.text")} />
      )}
    </Stack>
  );
}
