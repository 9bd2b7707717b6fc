/** Above the canvas: undo, redo, arrange, what is wrong, and whether it is saved. */
import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Checked } from "./useCheck";
import type { Editor } from "./useEditor";

export interface ToolbarProps {
  editor: Editor;
  checked: Checked;
  saving: boolean;
  /** Whether the settings of the journey are open. */
  settings: boolean;
  onSettings: () => void;
  onProblems: () => void;
  onSave: () => void;
}

export function Toolbar({ editor, checked, saving, settings, onSettings, onProblems, onSave }: ToolbarProps) {
  const { t } = useTranslation("journeys");
  const count = checked.problems.length;
  return (
    <Group justify="space-between" mb="xs" gap="xs" mih={32}>
      <Group gap={6}>
        <Tool label={t("tool.undo")} path="M8 5 4 9l4 4M4 9h8a4 4 0 0 1 0 8H9" act={editor.undo} />
        <Tool label={t("tool.redo")} path="M12 5l4 4-4 4M16 9H8a4 4 0 0 0 0 8h3" act={editor.redo} />
        <Tool label={t("tool.arrange")} path="M7.5 3h5v4h-5zM3 13h5v4H3zM12 13h5v4h-5zM10 7v3M5.5 13v-3h9v3" act={() => editor.edit({ do: "arrange" })} />
        <Button size="xs" variant="default" aria-expanded={settings} onClick={onSettings}>
          {t("tool.settings")}
        </Button>
        <Button size="xs" variant="subtle" color={count ? "red" : "gray"} onClick={onProblems} disabled={count === 0} aria-live="polite">
          {checked.error != null ? t("check.failed") : count ? t("check.problems", { count }) : checked.busy ? t("check.busy") : t("check.none")}
        </Button>
      </Group>
      <Group gap="sm">
        <Text size="xs" c="dimmed" aria-live="polite">
          {t(editor.dirty ? "save.dirty" : "save.clean")}
        </Text>
        <Button size="xs" variant="default" loading={saving} disabled={!editor.dirty} onClick={onSave}>
          {t("save.draft")}
        </Button>
      </Group>
    </Group>
  );
}

function Tool({ label, path, act }: { label: string; path: string; act: (() => void) | null }) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="default" size={30} aria-label={label} disabled={!act} onClick={() => act?.()}>
        <svg width={18} height={18} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" strokeLinejoin="round" aria-hidden>
          <path d={path} />
        </svg>
      </ActionIcon>
    </Tooltip>
  );
}
