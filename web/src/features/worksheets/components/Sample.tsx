/** The first contacts of a list of numbers, by name. */
import { List, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { contactChoice, quoted } from "~/components/crm/filters";
import { asking } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";

const SHOWN = 6;

export function Sample({ contacts }: { contacts: readonly string[] }) {
  const { t } = useTranslation("worksheets");
  const first = [...new Set(contacts.filter(Boolean))].slice(0, SHOWN);
  const filters = { contact: { no: first.map(quoted).join("|") } };
  const { data } = useQuery({ ...asking("/api/contacts/find", { body: { limit: SHOWN, filters } }), enabled: first.length > 0, placeholderData: keepPreviousData });
  const named = new Map((data?.items ?? []).map((card) => contactChoice(card)).map((each) => [each.value, each.label]));
  const more = contacts.length - first.length;
  return (
    <>
      <List size="xs" listStyleType="none">
        {first.map((no) => (
          <List.Item key={no}>{named.get(no) ?? no}</List.Item>
        ))}
      </List>
      {more > 0 && <Text size="xs" c="dimmed">{t("preview.more", { shown: number(more) })}</Text>}
    </>
  );
}
