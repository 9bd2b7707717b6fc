/** Write out the contacts that the list shows, all pages of it, as CSV or vCards. */
import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { number } from "~/lib/i18n/format";
import { download } from "~/lib/files";

export function ExportMenu({ filters, total }: { filters: Record<string, unknown>; total: number | null }) {
  const { t } = useTranslation("contacts");
  const act = useMutation({ mutationFn: (kind: "csv" | "vcards") => download(`/api/contact-files/${kind}/export`, { filters }, kind === "csv" ? "contacts.csv" : "contacts.vcf") });
  return (
    <>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Button size="xs" variant="default" loading={act.isPending}>
            {t("export.word")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {total !== null && <Menu.Label>{t("export.what", { count: total, number: number(total) })}</Menu.Label>}
          <Menu.Item onClick={() => act.mutate("csv")}>CSV</Menu.Item>
          <Menu.Item onClick={() => act.mutate("vcards")}>vCard</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {act.error && <Failed error={act.error} what={t("export.word")} />}
    </>
  );
}
