/** What a contact belongs to: groups, responsibilities, web sources, business relations. A click adds, a click takes away. */
import { Anchor, CloseButton, Grid, Group, Pill, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { choice, code, CodeSelect, type Contact, FieldForm, filled, rowsOf, text, useAct, useChoices, type Values, place } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { assign, codesOf, relate, relations, searches, SHOWS_CONTACTS, unassign, unrelate } from "../../api/contacts";
import { kindsOf } from "../../model/groups";

export function Classification({ row, may }: { row: Contact; may: boolean }) {
  return (
    <Grid>
      {kindsOf(row.type).map((kind) => (
        <Grid.Col key={kind} span={{ base: 12, sm: 6 }}>
          <Codes contact={row.no} kind={kind} may={may} />
        </Grid.Col>
      ))}
      {row.type === "person" && row.company_no && (
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <OfCompany company={row.company_no} />
        </Grid.Col>
      )}
      <Grid.Col span={{ base: 12, sm: 6 }}>
        <Relations contact={row} may={may && row.type === "company"} />
      </Grid.Col>
    </Grid>
  );
}

function Codes({ contact, kind, may }: { contact: string; kind: string; may: boolean }) {
  const { t } = useTranslation("contacts");
  const { data, error } = useQuery(codesOf(contact, kind));
  const known = useChoices(kind);
  const add = useAct((chosen: string) => assign(contact, kind, chosen), SHOWS_CONTACTS);
  const take = useAct((chosen: string) => unassign(contact, kind, chosen), SHOWS_CONTACTS);
  const has = data ?? [];
  const word = (each: string) => known.find(({ value }) => value === each)?.label ?? each;
  const problem = error ?? add.error ?? take.error;
  return (
    <Panel title={t(`kind.${kind}`)}>
      <Stack gap="sm">
        <Group gap="xs" mih="1.75rem">
          {data?.length === 0 && <Text size="sm" c="dimmed">{t("kind_none")}</Text>}
          {has.map((each) => (
            <Pill key={each} size="md" withRemoveButton={may} onRemove={() => take.mutate(each)} removeButtonProps={{ "aria-label": t("take_code", { code: word(each) }), tabIndex: 0, "aria-hidden": undefined }}>
              {word(each)}
            </Pill>
          ))}
        </Group>
        {kind === "web_source" && has.length > 0 && <Searches contact={contact} />}
        {may && (
          <CodeSelect from={kind} value="" onChange={(chosen) => chosen && add.mutate(chosen)} without={has} name={t("add_code", { kind: t(`kind.${kind}`) })} placeholder={t("add")} />
        )}
        {problem != null && <Failed error={problem} what={t(`kind.${kind}`)} />}
      </Stack>
    </Panel>
  );
}

function Searches({ contact }: { contact: string }) {
  const { data } = useQuery(searches(contact));
  const rows = (data ?? []) as unknown as { code: string; description: string; url: string }[];
  return (
    <Group gap="md">
      {rows.map((each) => (
        <Anchor key={each.code} href={each.url} target="_blank" rel="noreferrer noopener" size="xs">
          {each.description || each.code} ↗
        </Anchor>
      ))}
    </Group>
  );
}

/** Industry groups and relations are the company's; a person has them through it. */
function OfCompany({ company }: { company: string }) {
  const { t } = useTranslation("contacts");
  const { data } = useQuery(codesOf(company, "industry_group"));
  return (
    <Panel title={t("kind.industry_group")}>
      <Group gap="xs">
        {data?.map((each) => <Pill key={each}>{each}</Pill>)}
        <Text size="xs" c="dimmed">
          {t("through")}{" "}
          <Anchor component={Link} {...place(`/contacts/${encodeURIComponent(company)}`, { tab: "classification" })} size="xs" underline="always">
            {company}
          </Anchor>
        </Text>
      </Group>
    </Panel>
  );
}

const RELATION = [code("code", "business_relation", { required: true, label: "type" }), choice("link_to", ["customer", "vendor", "bank", "employee"]), text("to")];

function Relations({ contact, may }: { contact: Contact; may: boolean }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const query = useQuery(relations(contact.no));
  const add = useAct((values: Values) => relate(contact.no, filled(RELATION, values)), SHOWS_CONTACTS);
  const take = useAct((each: Row) => unrelate(contact.no, each.code, each.link_to), SHOWS_CONTACTS);
  const rows = rowsOf<Row>(query.data);
  return (
    <Panel title={t("kind.business_relation")}>
      <Stack gap="sm">
        {query.data && rows.length === 0 && <Text size="sm" c="dimmed">{t("kind_none")}</Text>}
        {rows.map((each) => (
          <Group key={`${each.code}/${each.link_to}`} justify="space-between">
            <Text size="sm">{[each.code, each.link_to && t(`fields:choice.${each.link_to}`), each.no].filter(Boolean).join(" · ")}</Text>
            {may && <CloseButton size="sm" aria-label={t("take_code", { code: each.code })} onClick={() => take.mutate(each)} />}
          </Group>
        ))}
        {(query.error ?? take.error) != null && <Failed error={query.error ?? take.error} what={t("kind.business_relation")} />}
        {may && <FieldForm key={rows.length} fields={RELATION} act={t("add")} what={t("kind.business_relation")} onSave={(values) => add.mutateAsync(values)} />}
      </Stack>
    </Panel>
  );
}

interface Row {
  code: string;
  link_to: string;
  no: string;
}
