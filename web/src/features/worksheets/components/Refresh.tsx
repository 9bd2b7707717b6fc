/** Bring a worksheet in line with today: who would come, who would go; one step that can be gone back on. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { number } from "~/lib/i18n/format";
import { type Refreshed, refresh, refreshing } from "../api/worksheets";
import { Dialog } from "./Dialog";
import { Sample } from "./Sample";
import { useSheet } from "./context";

export function Refresh({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const preview = useQuery({ ...refreshing(header.no, header.version), retry: false, gcTime: 0 });
  const found = preview.data;
  const go = async () => {
    const done = await act((answers) => refresh(header.no, header.version, answers));
    if (done) say({ text: t("refresh.done", { came: number(done.came.length), went: number(done.went.length) }), undo: done.came.length + done.went.length > 0 });
    return done !== null;
  };
  const nothing = found !== undefined && found.came.length + found.went.length === 0;
  return (
    <Dialog title={t("refresh.title")} act={t("refresh.do")} onAct={go} onClose={onClose} disabled={!found || nothing}>
      <Text size="sm" c="dimmed">
        {t("refresh.about")}
      </Text>
      {preview.error ? <Failed error={preview.error} what={t("refresh.title")} /> : !found ? <Skeleton h={100} /> : nothing ? <Text size="sm">{t("refresh.nothing")}</Text> : <Changes found={found} />}
    </Dialog>
  );
}

function Changes({ found }: { found: Refreshed }) {
  const { t } = useTranslation("worksheets");
  const parts = [
    ["came", found.came],
    ["went", found.went.map((line) => String(line.contact_no))],
  ] as const;
  return (
    <Stack gap="xs">
      {parts.map(([name, contacts]) => (
        <div key={name}>
          <Text size="sm" fw={600}>
            {t(`refresh.${name}`, { count: Math.min(contacts.length, 2), shown: number(contacts.length) })}
          </Text>
          {contacts.length > 0 && <Sample contacts={contacts} />}
        </div>
      ))}
    </Stack>
  );
}
