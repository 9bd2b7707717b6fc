/** The story of one person in a journey, line by line, in the words of the server. */
import { Drawer, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { reading } from "~/lib/api/client";

export function Trace({ journey, profile, onClose, children }: { journey: string; profile: string; onClose: () => void; children?: ReactNode }) {
  const { t } = useTranslation("journey-runs");
  return (
    <Drawer opened={profile !== ""} onClose={onClose} position="right" size="md" title={t("trace.title", { profile })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {profile !== "" && (
        <Stack gap="sm">
          <Story journey={journey} profile={profile} />
          {children}
        </Stack>
      )}
    </Drawer>
  );
}

function Story({ journey, profile }: { journey: string; profile: string }) {
  const { t, i18n } = useTranslation("journey-runs");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const lang = i18n.language === "fr" ? "fr" : "en";
  const trace = useQuery(reading("/api/journeys/{journey}/trace/{profile}", { path: { journey, profile }, query: { zone, lang } }));
  return (
    <Loaded query={trace} what={t("trace.what")} height={200}>
      {(lines) => <Lines lines={lines} />}
    </Loaded>
  );
}

/** Lines such as "12 March 2017 22:17  enters by …": the time stands apart. */
export function Lines({ lines }: { lines: readonly string[] }) {
  const { t } = useTranslation("journey-runs");
  if (lines.length === 0) return <Text size="sm" c="dimmed">{t("trace.none")}</Text>;
  return (
    <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {lines.map((line, place) => {
        const [time, ...rest] = line.split("  ");
        return (
          <div key={place} role="listitem" style={{ borderLeft: "2px solid var(--mantine-color-default-border)", paddingLeft: 10 }}>
            {rest.length > 0 && <Text size="xs" c="dimmed">{time}</Text>}
            <Text size="sm">{rest.length ? rest.join("  ") : time}</Text>
          </div>
        );
      })}
    </Stack>
  );
}
