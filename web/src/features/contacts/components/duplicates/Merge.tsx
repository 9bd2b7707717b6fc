/** Two cards become one: which stays, what is filled, what is lost, what moves over. */
import { Button, Group, Modal, SegmentedControl, Skeleton, Stack, Table as Frame, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Contact, useAct, type Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { number } from "~/lib/i18n/format";
import { card, figures, merge, SHOWS_CONTACTS } from "../../api/contacts";
import { type Difference, differences } from "../../model/merging";

type Card = Contact & Values;

export function Merge({ pair, onClose }: { pair: { contact_no: string; other_no: string }; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const [into, choose] = useState(pair.contact_no);
  const gone = into === pair.contact_no ? pair.other_no : pair.contact_no;
  const stays = useQuery(card(into));
  const goes = useQuery(card(gone));
  const preview = useQuery({ queryKey: ["/api/duplicates/{gone}/merge-into/{into}", into, gone], queryFn: () => merge(into, gone, true), retry: false, gcTime: 0 });
  const act = useAct(() => merge(into, gone, false), [...SHOWS_CONTACTS, "/api/profiles"], onClose);
  const problem = stays.error ?? goes.error ?? preview.error ?? act.error;
  const ready = stays.data && goes.data && preview.data;
  const one = stays.data as unknown as Card | undefined;
  const other = goes.data as unknown as Card | undefined;
  const label = (no: string) => `${(no === into ? one : other)?.name ?? no} (${no})`;
  return (
    <Modal opened onClose={onClose} title={t("merge.title")} size="xl" closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <div>
          <Text size="sm" mb={4} id="merge-stays">
            {t("merge.which")}
          </Text>
          <SegmentedControl size="xs" aria-labelledby="merge-stays" value={into} onChange={choose} data={[pair.contact_no, pair.other_no].map((no) => ({ value: no, label: label(no) }))} />
        </div>
        {ready ? (
          <>
            <Moves gone={gone} name={label(gone)} />
            <Compared found={differences(one!, other!, preview.data as unknown as Values)} into={into} gone={gone} />
          </>
        ) : (
          problem == null && <Skeleton h="14rem" />
        )}
        {problem != null && <Failed error={problem} what={t("merge.title")} />}
        <Text size="xs" c="dimmed">
          {t("merge.for_good")}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button size="xs" color="red" loading={act.isPending} disabled={!ready || preview.error !== null} onClick={() => act.mutate()}>
            {t("merge.act", { gone, into })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Moves({ gone, name }: { gone: string; name: string }) {
  const { t } = useTranslation("contacts");
  const { data } = useQuery(figures(gone));
  const found = data as unknown as { no_of_interactions: number; no_of_opportunities: number; no_of_mailing_groups: number } | undefined;
  if (!found) return <Skeleton h="1.3rem" />;
  return (
    <Text size="sm">
      {t("merge.moves", { name, interactions: number(found.no_of_interactions), opportunities: number(found.no_of_opportunities), groups: number(found.no_of_mailing_groups) })}
    </Text>
  );
}

function Compared({ found, into, gone }: { found: Difference[]; into: string; gone: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const shown = (value: unknown) => (value === null || value === undefined || value === "" ? "–" : String(value));
  return (
    <Frame verticalSpacing={4} fz="sm" aria-label={t("merge.title")}>
      <Frame.Thead>
        <Frame.Tr>
          <Frame.Th>{t("merge.field")}</Frame.Th>
          <Frame.Th>{into}</Frame.Th>
          <Frame.Th>{gone}</Frame.Th>
          <Frame.Th>{t("merge.result")}</Frame.Th>
        </Frame.Tr>
      </Frame.Thead>
      <Frame.Tbody>
        {found.map((each) => (
          <Frame.Tr key={each.name}>
            <Frame.Td>{t(`fields:field.${each.name}`)}</Frame.Td>
            <Frame.Td>{shown(each.stays)}</Frame.Td>
            <Frame.Td c={each.lost ? "dimmed" : undefined} td={each.lost ? "line-through" : undefined}>
              {shown(each.goes)}
            </Frame.Td>
            <Frame.Td fw={500}>{shown(each.result)}</Frame.Td>
          </Frame.Tr>
        ))}
      </Frame.Tbody>
    </Frame>
  );
}
