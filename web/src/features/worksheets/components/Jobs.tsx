/** What is done with all contacts of a worksheet at once: a mailing group, opportunities. Each says first what would come of it. */
import { Anchor, Checkbox, Select, Skeleton, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { changed } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { applyGroup, createOpportunities } from "../api/worksheets";
import { Dialog } from "./Dialog";
import { useSheet } from "./context";

export function MailingGroup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, say } = useSheet();
  const queries = useQueryClient();
  const groups = useChoices("mailing_group");
  const [group, choose] = useState<string | null>(null);
  const [only, setOnly] = useState(false);
  const preview = useQuery({ queryKey: ["/api/worksheets/preview", "group", header.no, header.version, group, only], queryFn: () => applyGroup(header.no, group!, only, true), enabled: group !== null, retry: false, gcTime: 0 });
  const go = async () => {
    const came = await applyGroup(header.no, group!, only, false);
    await changed(queries, "/api/codes", "/api/contacts");
    say({ text: t("group.done", { count: Math.min(came, 2), shown: number(came), group }) });
    return true;
  };
  return (
    <Dialog title={t("group.title")} act={t("group.do")} onAct={go} onClose={onClose} disabled={!group}>
      <Select label={t("group.which")} data={groups} value={group} onChange={choose} searchable required />
      <Checkbox label={t("group.only")} description={t("group.only_about")} checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
      {preview.error ? <Failed error={preview.error} what={t("group.title")} /> : preview.data !== undefined && <Text size="sm">{t("group.preview", { count: Math.min(preview.data, 2), shown: number(preview.data) })}</Text>}
    </Dialog>
  );
}

export function Opportunities({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, say } = useSheet();
  const queries = useQueryClient();
  const preview = useQuery({ queryKey: ["/api/worksheets/preview", "opportunities", header.no, header.version], queryFn: () => createOpportunities(header.no, true), retry: false, gcTime: 0 });
  const go = async () => {
    const made = await createOpportunities(header.no, false);
    await changed(queries, "/api/opportunities");
    const more = (
      <Anchor component={Link} to="/opportunities" size="sm">
        {t("opportunities.show")}
      </Anchor>
    );
    say({ text: t("opportunities.done", { count: Math.min(made.length, 2), shown: number(made.length) }), more });
    return true;
  };
  return (
    <Dialog title={t("opportunities.title")} act={t("opportunities.do")} onAct={go} onClose={onClose} disabled={!preview.data?.length}>
      {preview.error ? (
        <Failed error={preview.error} what={t("opportunities.title")} />
      ) : preview.data ? (
        <Text size="sm">{t("opportunities.about", { count: Math.min(preview.data.length, 2), shown: number(preview.data.length) })}</Text>
      ) : (
        <Skeleton h={60} />
      )}
    </Dialog>
  );
}
