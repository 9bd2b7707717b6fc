/** Code to copy, in the language of whoever sends. */
import { Box, Code, CopyButton, Button, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Language, LANGUAGES, snippet } from "./snippets";

export function Snippet({ address, writeKey }: { address: string; writeKey: string }) {
  const { t } = useTranslation("snippet");
  const [language, speak] = useState<Language>("curl");
  const text = snippet(language, address, writeKey);
  return (
    <Stack gap="xs">
      <SegmentedControl size="xs" w="fit-content" value={language} onChange={(value) => speak(value as Language)} aria-label={t("language")}
        data={LANGUAGES.map((value) => ({ value, label: t(`languages.${value}`) }))} />
      <Box pos="relative">
        <Code block tabIndex={0} mih={150} role="region" aria-label={t("code")} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} pr={90}>
          {text}
        </Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button pos="absolute" top={8} right={8} size="compact-xs" variant="default" onClick={copy}>
              {t(copied ? "copied" : "copy")}
            </Button>
          )}
        </CopyButton>
      </Box>
    </Stack>
  );
}
