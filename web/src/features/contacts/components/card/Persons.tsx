/** The people of a company. */
import { Anchor, Group, List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Contact, rowsOf } from "~/components/crm/fields";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { number } from "~/lib/i18n/format";
import { personsOf } from "../../api/contacts";

const SHOWN = 20;

export function Persons({ company }: { company: string }) {
  const { t } = useTranslation("contacts");
  const query = useQuery(personsOf(company, SHOWN));
  return (
    <Panel title={t("persons.title")}>
      <div style={{ height: "8.5rem", overflowY: "auto" }}>
        <Loaded query={query} what={t("persons.title")} height="4rem">
          {(page) => {
            const rows = rowsOf<Contact>(page);
            const total = (page as { total: number | null }).total ?? rows.length;
            if (rows.length === 0) return <Text size="sm" c="dimmed">{t("persons.none")}</Text>;
            return (
              <>
                <List listStyleType="none" size="sm" spacing={4}>
                  {rows.map((row) => (
                    <List.Item key={row.no}>
                      <Group gap="xs" wrap="nowrap">
                        <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.no)}`} size="sm">
                          {row.name || row.no}
                        </Anchor>
                        <Text size="xs" c="dimmed" truncate>
                          {row.job_title}
                        </Text>
                      </Group>
                    </List.Item>
                  ))}
                </List>
                {total > rows.length && <Text size="xs" c="dimmed" mt="xs">{t("persons.more", { number: number(total - rows.length) })}</Text>}
              </>
            );
          }}
        </Loaded>
      </div>
    </Panel>
  );
}
