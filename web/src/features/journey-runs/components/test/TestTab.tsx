/** A journey tried before it is published: alone, in memory, step by step; or as a draft that test profiles may enter. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { reading } from "~/lib/api/client";
import { Trial } from "./Trial";
import { TestMode } from "./TestMode";

export function TestTab({ journey, definition }: { journey: string; definition?: unknown }) {
  const { t } = useTranslation("journey-runs");
  const saved = useQuery({ ...reading("/api/journeys/{journey}", { path: { journey } }), retry: false });
  const draft = (definition ?? saved.data?.definition) as Record<string, unknown> | undefined;
  return (
    <Stack gap="md">
      {draft ? <Trial key={journey} journey={journey} draft={{ ...draft, journey }} /> : <Loaded query={saved} what={t("trial.what")} height={420}>{() => null}</Loaded>}
      {saved.data && <TestMode journey={journey} />}
    </Stack>
  );
}
