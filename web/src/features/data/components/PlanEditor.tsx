/** The plan of one event type as JSON Schema: written, tried on an example, saved, or deleted. */
import { Alert, Autocomplete, Button, Drawer, Group, JsonInput, List, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { api, changed } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { useMay } from "~/lib/session";
import { plan, vocabulary } from "../api/data";
import { objectOf, planOf, written } from "../model/json";
import { NEW } from "./Plans";

type Mode = "reject" | "accept";
interface Plan {
  mode: Mode;
  schema: Record<string, unknown>;
}

export function PlanEditor({ event, onClose }: { event: string; onClose: () => void }) {
  const { t } = useTranslation("data");
  return (
    <Drawer opened={event !== ""} onClose={onClose} position="right" size="lg" title={event === NEW ? t("plan.new") : t("plan.one", { event })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {event !== "" && <Wanted event={event} onClose={onClose} />}
    </Drawer>
  );
}

/** Reads the plan; for an event that has none it begins with the properties that were seen. */
function Wanted({ event, onClose }: { event: string; onClose: () => void }) {
  const { t } = useTranslation("data");
  const known = useQuery({ ...plan(event), enabled: event !== NEW, retry: false });
  const names = useQuery(vocabulary);
  const none = event === NEW || (known.error instanceof Failure && known.error.status === 404);
  const properties = names.data?.events.find(({ name }) => name === event)?.properties ?? [];
  if (none && names.data) return <Form event={event === NEW ? "" : event} first={{ mode: "accept", schema: planOf(properties) }} exists={false} events={names.data.events.map(({ name }) => name)} onClose={onClose} />;
  return (
    <Loaded query={known} what={t("plan.one", { event })} height={320}>
      {(found) => <Form event={event} first={found as unknown as Plan} exists events={[]} onClose={onClose} />}
    </Loaded>
  );
}

function Form({ event, first, exists, events, onClose }: { event: string; first: Plan; exists: boolean; events: string[]; onClose: () => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const may = useMay("data:write");
  const [name, call] = useState(event);
  const [mode, choose] = useState<Mode>(first.mode);
  const [text, write] = useState(written(first.schema));
  const schema = objectOf(text);
  const done = async () => {
    await changed(queries, "/api/plans", "/api/plan-violations");
    onClose();
  };
  const save = useMutation({ mutationFn: () => api.put("/api/plans/{event}", { path: { event: name }, body: { mode, schema: schema! } }), onSuccess: done });
  const forget = useMutation({ mutationFn: () => api.delete("/api/plans/{event}", { path: { event: name } }), onSuccess: done });
  return (
    <Stack gap="sm">
      {!event && <Autocomplete size="sm" label={t("plan.event")} data={events} value={name} onChange={call} />}
      <div>
        <Text size="sm" fw={500} mb={4}>{t("plan.mode")}</Text>
        <SegmentedControl size="xs" value={mode} onChange={(next) => choose(next as Mode)} disabled={!may} aria-label={t("plan.mode")} data={(["accept", "reject"] as const).map((value) => ({ value, label: t(`plan.${value}`) }))} />
        <Text size="xs" c="dimmed" mt={4}>{t(`plan.${mode}_hint`)}</Text>
      </div>
      <JsonInput label={t("plan.schema")} description={t("plan.schema_hint")} value={text} onChange={write} readOnly={!may} autosize minRows={10} maxRows={24} error={schema ? undefined : t("bad_json")} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} spellCheck={false} />
      {(save.error ?? forget.error) && <Failed error={save.error ?? forget.error} what={t("plan.save")} />}
      {may && (
        <Group gap="xs">
          <Button size="xs" loading={save.isPending} disabled={!schema || !name} onClick={() => save.mutate()}>{t("common:save")}</Button>
          {exists && <Button size="xs" variant="light" color="red" loading={forget.isPending} onClick={() => forget.mutate()}>{t("plan.forget")}</Button>}
        </Group>
      )}
      {exists && <Try event={event} />}
    </Stack>
  );
}

/** Would an event be good? Asked of the plan as it was saved. */
function Try({ event }: { event: string }) {
  const { t } = useTranslation("data");
  const [text, write] = useState("{}");
  const properties = objectOf(text);
  const check = useMutation({ mutationFn: () => api.post("/api/plans/{event}/check", { path: { event }, body: { properties: properties! } }) });
  const found = check.data as { property: string; rule: string; message: string }[] | undefined;
  return (
    <Stack gap="xs">
      <JsonInput label={t("plan.try")} description={t("plan.try_hint")} value={text} onChange={write} autosize minRows={3} error={properties ? undefined : t("bad_json")} spellCheck={false} />
      <Button size="xs" variant="default" w="fit-content" disabled={!properties} loading={check.isPending} onClick={() => check.mutate()}>{t("plan.check")}</Button>
      {check.error && <Failed error={check.error} what={t("plan.check")} />}
      {found?.length === 0 && <Alert color="teal" variant="light" role="status">✓ {t("plan.good")}</Alert>}
      {found && found.length > 0 && (
        <Alert color="orange" variant="light" role="status" title={t("plan.bad", { count: found.length })}>
          <List size="sm">{found.map((each, place) => <List.Item key={place}>{each.message}</List.Item>)}</List>
        </Alert>
      )}
    </Stack>
  );
}
