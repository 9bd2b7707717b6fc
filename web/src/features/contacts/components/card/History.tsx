/** Who changed what on a card, and when; each entry opens to the fields, before and after. */
import { Button, Code, Group, Stack, Table as Frame, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rowsOf } from "~/components/crm/fields";
import { Loaded } from "~/components/Loaded";
import { moment } from "~/lib/i18n/format";
import { changesIn, trailOf } from "../../api/contacts";

interface Entry {
  revision: number;
  at: string;
  by: string;
  operation: string;
  note: string;
}

export function History({ contact }: { contact: string }) {
  const { t } = useTranslation("contacts");
  const query = useQuery(trailOf(contact));
  return (
    <Loaded query={query} what={t("card.history")} height="12rem">
      {(page) => (
        <Stack gap="xs">
          {rowsOf<Entry>(page).map((entry) => (
            <One key={entry.revision} entry={entry} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function One({ entry }: { entry: Entry }) {
  const { t } = useTranslation("contacts");
  const [opened, open] = useState(false);
  return (
    <div>
      <Group gap="sm">
        <Text size="sm" c="dimmed" w="11rem">
          {moment(entry.at)}
        </Text>
        <Text size="sm" w="12rem" truncate>
          {entry.by}
        </Text>
        <Text size="sm" fw={500}>
          {t(`operation.${entry.operation}`, entry.operation.replaceAll("_", " "))}
        </Text>
        <Text size="sm" flex={1}>
          {entry.note}
        </Text>
        <Button size="compact-xs" variant="subtle" aria-expanded={opened} onClick={() => open(!opened)}>
          {t(opened ? "history.less" : "history.more")}
        </Button>
      </Group>
      {opened && <Fields revision={entry.revision} />}
    </div>
  );
}

type Change = { table?: string; table_name?: string; key?: string; action?: string; fields?: Record<string, [unknown, unknown]> | string };

function Fields({ revision }: { revision: number }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const query = useQuery(changesIn(revision));
  return (
    <Loaded query={query} what={t("card.history")} height="3rem">
      {(found) => (
        <Frame ml="xl" w="auto" verticalSpacing={2} fz="xs" mb="sm">
          <Frame.Tbody>
            {(found as unknown as Change[]).flatMap((each, place) =>
              Object.entries(typeof each.fields === "string" ? (JSON.parse(each.fields) as Record<string, [unknown, unknown]>) : (each.fields ?? {}))
                .filter(([name]) => name !== "revision" && name !== "version" && name !== "id")
                .map(([name, [before, after]]) => (
                  <Frame.Tr key={`${place}/${name}`}>
                    <Frame.Td>{t(`fields:field.${name}`, name)}</Frame.Td>
                    <Frame.Td c="dimmed">{shown(before)}</Frame.Td>
                    <Frame.Td aria-hidden>→</Frame.Td>
                    <Frame.Td>
                      <Code>{shown(after)}</Code>
                    </Frame.Td>
                  </Frame.Tr>
                )),
            )}
          </Frame.Tbody>
        </Frame>
      )}
    </Loaded>
  );
}

const shown = (value: unknown): string => (value === null || value === undefined || value === "" ? "–" : String(value));
