/** Says what an act on a journey leads to, with numbers, and does it. */
import { List, Radio, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { number } from "~/lib/i18n/format";
import { useLiveJourney } from "~/lib/live";
import type { Act, Acting } from "../../api/acting";
import { consequences } from "../../model/consequences";
import type { Life } from "../../model/life";
import type { Editor } from "../editor/useEditor";

export interface ActDialogProps {
  id: string;
  act: Act;
  version: number;
  life: Life;
  editor: Editor;
  busy: boolean;
  error: unknown;
  onAct: (options: Acting) => void;
  onClose: () => void;
}

const LENGTHS = ["1 day", "3 days", "7 days", "14 days", "30 days"];

export function ActDialog({ id, act, version, life, editor, busy, error, onAct, onClose }: ActDialogProps) {
  const { t } = useTranslation("journeys");
  const inside = useLiveJourney(id)?.inside ?? 0;
  const [profiles, hold] = useState<"hold" | "discard">("hold");
  const [length, last] = useState<string | null>("14 days");
  const told = consequences(act, editor.draft.journey, life);
  return (
    <Confirm opened title={t(`act.${act}_title`, { version })} act={t(`act.${act}`)} danger={act === "stop" || act === "delete"} busy={busy} error={error}
      onAct={() => onAct(act === "pause" ? { profiles, for: length } : {})} onClose={onClose}>
      <Stack gap="sm">
        <List size="sm" spacing={4}>
          {told.map(({ key, ...values }) => (
            <List.Item key={key}>{t(`consequence.${key}`, { ...values, inside: number(inside), running: life.running?.version })}</List.Item>
          ))}
        </List>
        {act === "publish" && editor.dirty && (
          <Text size="sm" fw={500}>
            {t("act.publish_unsaved")}
          </Text>
        )}
        {act === "pause" && (
          <>
            <Radio.Group label={t("pause.people")} value={profiles} onChange={(value) => hold(value as "hold" | "discard")}>
              <Stack gap={6} mt={6}>
                <Radio size="xs" value="hold" label={t("pause.hold")} />
                <Radio size="xs" value="discard" label={t("pause.discard")} />
              </Stack>
            </Radio.Group>
            <Select size="xs" label={t("pause.for")} clearable placeholder={t("pause.open")} value={length} data={LENGTHS.map((value) => ({ value, label: t(`pause.length.${value}`) }))} onChange={last} />
          </>
        )}
      </Stack>
    </Confirm>
  );
}
