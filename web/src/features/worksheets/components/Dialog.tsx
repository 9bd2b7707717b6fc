/** A small form with one deed: it shows what failed, and closes when it is done. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";

export interface DialogProps {
  title: string;
  /** The word on the button. */
  act: string;
  disabled?: boolean;
  children: ReactNode;
  /** Gives whether it was done. */
  onAct: () => Promise<boolean>;
  onClose: () => void;
}

export function Dialog({ title, act, disabled, children, onAct, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [error, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const go = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    fail(null);
    try {
      if (await onAct()) onClose();
    } catch (problem) {
      fail(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={(event) => void go(event)}>
        <Stack gap="sm">
          {children}
          {error != null && <Failed error={error} what={act} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={busy} disabled={disabled}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
