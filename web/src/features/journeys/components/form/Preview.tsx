/** A message as one person would get it. Simple places are filled in here; the server fills in the rest when it sends. */
import { Button, Modal, Paper, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonPicker } from "~/components/PersonPicker";
import { reading } from "~/lib/api/client";
import { filled, filledHtml } from "../../model/preview";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function Preview({ settings }: { settings: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation("journeys");
  const [open, turn] = useState(false);
  return (
    <>
      <Button size="compact-xs" variant="default" w="fit-content" onClick={() => turn(true)}>
        {t("preview.open")}
      </Button>
      <Modal opened={open} onClose={() => turn(false)} title={t("preview.title")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
        <Shown settings={settings} />
      </Modal>
    </>
  );
}

function Shown({ settings }: { settings: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation("journeys");
  const [person, pick] = useState<string | null>(null);
  const found = useQuery({ ...reading("/api/profiles/{profile}", { path: { profile: person ?? "" } }), enabled: person !== null });
  const profile = (found.data as { attributes?: Record<string, unknown> } | undefined)?.attributes;
  const roots = profile ? { profile } : {};
  const plain = text(settings.body) || text(settings.text);
  const html = text(settings.html);
  return (
    <Stack gap="sm">
      <PersonPicker value={person} onPick={pick} label={t("preview.person")} />
      <Paper withBorder p="sm">
        <Text size="xs" c="dimmed">
          {t("preview.to", { to: filled(text(settings.to), roots) })}
        </Text>
        <Text fw={600} mb="xs">
          {filled(text(settings.subject) || text(settings.title), roots)}
        </Text>
        {html && plain ? (
          <Tabs defaultValue="html">
            <Tabs.List>
              <Tabs.Tab value="html">{t("preview.html")}</Tabs.Tab>
              <Tabs.Tab value="plain">{t("preview.plain")}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="html" pt="xs">
              <Html html={filledHtml(html, roots)} />
            </Tabs.Panel>
            <Tabs.Panel value="plain" pt="xs">
              <Plain text={filled(plain, roots)} />
            </Tabs.Panel>
          </Tabs>
        ) : html ? (
          <Html html={filledHtml(html, roots)} />
        ) : (
          <Plain text={filled(plain, roots)} />
        )}
      </Paper>
      <Text size="xs" c="dimmed">
        {t("preview.note")}
      </Text>
    </Stack>
  );
}

const Plain = ({ text: said }: { text: string }) => (
  <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
    {said}
  </Text>
);

/** In a frame that may do nothing: no scripts, no forms, no way into this page. */
function Html({ html }: { html: string }) {
  const { t } = useTranslation("journeys");
  return <iframe title={t("preview.html")} sandbox="" srcDoc={html} style={{ width: "100%", height: 320, border: 0, background: "#fff" }} />;
}
