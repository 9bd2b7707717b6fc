/** How the rows of a file are taken in; first only what would come of it, then for good. */
import { Alert, Anchor, Button, Checkbox, Group, Select, Stack, Table as Frame, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { importCards, importCsv, type ImportOptions, SHOWS_CONTACTS } from "../../api/contacts";
import type { Chosen } from "./ImportFile";

type Came = Schemas["RecordsImported"];
const MATCHES = ["no", "email", "profile_id"] as const;

export function Taking({ file, mapping }: { file: Chosen; mapping: Record<string, string> }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const [options, set] = useState<ImportOptions>({ match: file.cards ? "email" : "no", update: true, make_companies: true, make_codes: false, preview: true });
  const run = (preview: boolean) => (file.cards ? importCards(file.content, { ...options, preview }) : importCsv(file.content, mapping, { ...options, preview }));
  const look = useAct(() => run(true), []);
  const take = useAct(() => run(false), SHOWS_CONTACTS);
  const change = (changes: Partial<ImportOptions>) => {
    set({ ...options, ...changes });
    look.reset();
  };
  const flag = (name: "update" | "make_companies" | "make_codes") => (
    <Checkbox size="xs" label={t(`import.${name}`)} checked={options[name]} onChange={(event) => change({ [name]: event.currentTarget.checked })} />
  );
  const problem = look.error ?? take.error;
  return (
    <Panel title={t("import.how")}>
      <Stack gap="sm">
        <Select size="xs" maw="20rem" label={t("import.match")} data={MATCHES.map((name) => ({ value: name, label: t(`fields:field.${name}`) }))} value={options.match} onChange={(match) => match && change({ match })} allowDeselect={false} />
        {flag("update")}
        {flag("make_companies")}
        {flag("make_codes")}
        {problem != null && <Failed error={problem} what={t("import.title")} />}
        {take.data ? <Result came={take.data} done /> : look.data && <Result came={look.data} />}
        <Group gap="xs">
          <Button size="xs" variant={look.data ? "default" : "filled"} loading={look.isPending} disabled={Boolean(take.data)} onClick={() => look.mutate()}>
            {t("import.look")}
          </Button>
          {look.data && !take.data && (
            <Button size="xs" loading={take.isPending} disabled={look.data.created.length + look.data.updated.length === 0} onClick={() => take.mutate()}>
              {t("import.take", { count: look.data.created.length + look.data.updated.length, number: number(look.data.created.length + look.data.updated.length) })}
            </Button>
          )}
        </Group>
      </Stack>
    </Panel>
  );
}

function Result({ came, done = false }: { came: Came; done?: boolean }) {
  const { t } = useTranslation("contacts");
  const problems = came.problems as { place: string; message: string; hint?: string }[];
  const counts = { created: number(came.created.length), updated: number(came.updated.length), unchanged: number(came.unchanged.length), problems: number(problems.length) };
  return (
    <Alert color={problems.length ? "yellow" : done ? "teal" : "blue"} variant="light" role="status" title={t(done ? "import.done" : "import.would")}>
      <Text size="sm">{t("import.counts", counts)}</Text>
      {done && (
        <Anchor component={Link} to="/contacts" size="sm">
          {t("import.see")}
        </Anchor>
      )}
      {problems.length > 0 && (
        <Frame verticalSpacing={2} fz="xs" mt="xs">
          <Frame.Tbody>
            {problems.slice(0, 50).map((each, place) => (
              <Frame.Tr key={place}>
                <Frame.Td w="6rem">{each.place}</Frame.Td>
                <Frame.Td>{[each.message, each.hint].filter(Boolean).join(" · ")}</Frame.Td>
              </Frame.Tr>
            ))}
          </Frame.Tbody>
        </Frame>
      )}
      {Object.keys(came.left_out).length > 0 && <Text size="xs" mt="xs">{t("import.ignored", { what: Object.keys(came.left_out).join(", ") })}</Text>}
    </Alert>
  );
}
