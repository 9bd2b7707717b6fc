/** Asks before something that cannot be undone, and says what it will do. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";

export interface ConfirmProps {
  opened: boolean;
  title: string;
  /** The consequences, with numbers. */
  children: ReactNode;
  /** The word on the button: what is done, never "OK". */
  act: string;
  danger?: boolean;
  busy?: boolean;
  /** It cannot be done as things are; the consequences say why. */
  disabled?: boolean;
  error?: unknown;
  onAct: () => void;
  onClose: () => void;
}

export function Confirm({ opened, title, children, act, danger = false, busy = false, disabled = false, error, onAct, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: that is a second banner of the page. */}
        <Group justify="space-between" wrap="nowrap" p="md" pb={0}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t("close")} />
        </Group>
        <Modal.Body pt="sm">
          <Stack gap="sm">
            <Text size="sm" component="div">
              {children}
            </Text>
            {error != null && <Failed error={error} what={act} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose} data-autofocus>
                {t("cancel")}
              </Button>
              <Button color={danger ? "red" : undefined} loading={busy} disabled={disabled} onClick={onAct}>
                {act}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
