/** A secret that is shown once: easy to copy, and hard to leave behind by accident. */
import { Alert, Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface SecretProps {
  title: string;
  label: string;
  /** What to do with it. */
  text: string;
  secret: string;
  onClose: () => void;
}

export function Secret({ title, label, text, secret, onClose }: SecretProps) {
  const { t } = useTranslation("settings");
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("common:close") }} size="lg">
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput flex={1} label={label} value={secret} readOnly ff="monospace" onFocus={(event) => event.currentTarget.select()} data-autofocus />
          <CopyButton value={secret}>
            {({ copied, copy }) => <Button onClick={copy} variant={copied ? "light" : "filled"} aria-live="polite">{t(copied ? "secret.copied" : "secret.copy")}</Button>}
          </CopyButton>
        </Group>
        <Alert variant="light" color="yellow" title={t("secret.once")}>{t("secret.keep")}</Alert>
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t("secret.done")}</Button></Group>
      </Stack>
    </Modal>
  );
}
