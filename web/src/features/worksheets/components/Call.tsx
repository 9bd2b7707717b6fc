/** A phone call from a line: logged at once as an interaction; the line stays as it is. */
import { Anchor, Modal, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Field, FieldForm, type Values, choice, flag, number, text } from "~/components/crm/fields";
import { changed } from "~/lib/api/client";
import { call } from "../api/worksheets";
import type { Line } from "../model/types";
import { useSheet } from "./context";

const FIELDS: readonly Field[] = [
  text("phone_no", { required: true, type: "tel" }), text("time"), text("description", { wide: true }),
  choice("evaluation", ["very_positive", "positive", "neutral", "negative", "very_negative"]), number("duration", { kind: "integer" }), flag("attempt_failed"),
];

export function CallForm({ line, onClose }: { line: Line; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const queries = useQueryClient();
  const save = async (values: Values) => {
    const said = (name: string) => String(values[name] ?? "").trim();
    const body = {
      phone_no: said("phone_no"), successful: values.attempt_failed !== true, evaluation: said("evaluation"),
      ...(said("description") ? { description: said("description") } : {}), ...(said("duration") ? { duration: Number(said("duration")) } : {}), ...(said("time") ? { time: said("time") } : {}),
    };
    const entry = await act(() => call(header.no, line.line_no, body));
    await changed(queries, "/api/interactions", "/api/contacts");
    const more = (
      <Anchor component={Link} to="/contacts/$no" params={{ no: line.contact_no } as never} size="sm">
        {line.contact_name || line.contact_no}
      </Anchor>
    );
    say({ text: t("call.done", { entry: String(entry) }), more });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t("call.to", { name: line.contact_name || line.contact_company_name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("call.about")}
      </Text>
      <FieldForm fields={FIELDS} initial={{ phone_no: line.contact_phone_no || line.contact_mobile_phone_no }} act={t("call.do")} what={t("call.title")} onSave={save} onClose={onClose} />
    </Modal>
  );
}
