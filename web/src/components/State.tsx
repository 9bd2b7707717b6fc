/** The state of a definition: a shape and a word, so that colour is never needed to tell them apart. */
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

const LOOKS: Record<string, { colour: string; sign: string }> = {
  draft: { colour: "gray", sign: "○" },
  published: { colour: "teal", sign: "●" },
  live: { colour: "teal", sign: "●" },
  draft_test: { colour: "violet", sign: "◇" },
  dry_run: { colour: "violet", sign: "◇" },
  paused: { colour: "yellow", sign: "❚❚" },
  closed: { colour: "blue", sign: "◐" },
  inactive: { colour: "gray", sign: "■" },
  stopped: { colour: "gray", sign: "■" },
  finished: { colour: "blue", sign: "✓" },
  exited: { colour: "orange", sign: "↗" },
  failed: { colour: "red", sign: "✕" },
  sent: { colour: "teal", sign: "✓" },
  pending: { colour: "yellow", sign: "…" },
  delivered: { colour: "teal", sign: "✓" },
  skipped: { colour: "gray", sign: "–" },
  ok: { colour: "teal", sign: "✓" },
  failing: { colour: "red", sign: "✕" },
  disabled: { colour: "gray", sign: "■" },
  replaced: { colour: "gray", sign: "○" },
  deleted: { colour: "red", sign: "✕" },
};

export function State({ state }: { state: string }) {
  const { t } = useTranslation();
  const look = LOOKS[state] ?? { colour: "gray", sign: "•" };
  return (
    <Badge variant="light" color={look.colour} size="sm" radius="sm" tt="none" fw={500} miw="max-content" leftSection={<span aria-hidden>{look.sign}</span>}>
      {t(`state.${state}`, state)}
    </Badge>
  );
}
