/** Everything of one line: its fields, its contact, its attachment. */
import { Anchor, Button, Drawer, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ContactPicker, FieldCard, type Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { changeContact, ownAttachment, setLine } from "../api/worksheets";
import { LINE_FIELDS } from "../model/header";
import type { Line } from "../model/types";
import { useSheet } from "./context";
import { Upload } from "./Upload";

export function LineDrawer({ line, onClose }: { line: Line; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, may, act } = useSheet();
  const save = async (change: Values) => {
    const [[name, value]] = Object.entries(change) as [[string, unknown]];
    const done = await act((answers) => setLine(header.no, line, name, value, answers));
    if (done === null) throw new Error(t("not_changed"));
  };
  const who = line.contact_name || line.contact_company_name || line.contact_no;
  return (
    <Drawer opened onClose={onClose} position="right" size="40rem" title={t("lines.details_of", { name: who || line.line_no })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Contact line={line} />
        <FieldCard fields={LINE_FIELDS} values={line as Values} onSave={save} disabled={!may} columns={2} />
        <Attachment line={line} />
      </Stack>
    </Drawer>
  );
}

/** Another contact makes the line anew: two steps, which can be gone back on. */
function Contact({ line }: { line: Line }) {
  const { t } = useTranslation("worksheets");
  const { header, may, act } = useSheet();
  const [error, fail] = useState<unknown>(null);
  const change = async (no: string) => {
    fail(null);
    try {
      await act((answers) => changeContact(header.no, line.line_no, no, answers));
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <Stack gap={4}>
      <SimpleGrid cols={2}>
        <ContactPicker label={t("lines.contact")} value={line.contact_no} onChange={(no) => void change(no)} disabled={!may} />
        <Stack gap={0} justify="flex-end">
          <Text size="xs">{[line.contact_email, line.contact_phone_no, line.contact_mobile_phone_no].filter(Boolean).join(" · ") || "–"}</Text>
          {line.contact_no && (
            <Anchor component={Link} to="/contacts/$no" params={{ no: line.contact_no } as never} size="xs">
              {t("lines.card")}
            </Anchor>
          )}
        </Stack>
      </SimpleGrid>
      {error != null && <Failed error={error} what={t("lines.contact")} />}
    </Stack>
  );
}

function Attachment({ line }: { line: Line }) {
  const { t } = useTranslation("worksheets");
  const { header, may, act } = useSheet();
  const [error, fail] = useState<unknown>(null);
  const own = async () => {
    fail(null);
    try {
      await act(() => ownAttachment(header.no, line.line_no));
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t("lines.attachment")}
      </Text>
      <Group gap="xs">
        <Text size="sm">{t(`attachment.${line.attachment_state || "none"}_about`)}</Text>
        {may && line.attachment_state === "inherited" && (
          <Button size="compact-xs" variant="default" onClick={() => void own()}>
            {t("attachment.own")}
          </Button>
        )}
        {may && <Upload onUploaded={(no) => act((answers) => setLine(header.no, line, "attachment", no, answers))} />}
      </Group>
      {error != null && <Failed error={error} what={t("lines.attachment")} />}
    </Stack>
  );
}
