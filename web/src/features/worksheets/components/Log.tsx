/** Logging: every line becomes an interaction and the worksheet ends. What would come of it, then what came of it. */
import { Alert, Anchor, Button, Checkbox, Group, List, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { reading } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { number } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { PAGE, type Logged, log, placeOf } from "../api/worksheets";
import { faultOf } from "../model/faults";
import { useSheet } from "./context";

export function LogForm({ onLogged, onClose }: { onLogged: (logged: Logged) => void; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const proposed = useQuery(reading("/api/worksheets/{no}/delivery-proposed", { path: { no: header.no } }));
  return (
    <Modal opened onClose={onClose} size="lg" title={t("log.title", { no: header.no })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {proposed.data === undefined ? <Skeleton h={220} /> : <Choices proposed={proposed.data} onLogged={onLogged} onClose={onClose} />}
    </Modal>
  );
}

function Choices({ proposed, onLogged, onClose }: { proposed: boolean; onLogged: (logged: Logged) => void; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const [deliver, setDeliver] = useState(proposed);
  const [follow_up, setFollowUp] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const choices = { deliver, follow_up };
  const preview = useQuery({ queryKey: ["/api/worksheets/preview", "log", header.no, header.version, choices], queryFn: () => log(header.no, choices, { preview: true }), retry: false, gcTime: 0 });
  const go = async () => {
    setBusy(true);
    fail(null);
    try {
      onLogged(await log(header.no, choices, { expected_version: header.version, answers: {} }));
    } catch (problem) {
      fail(problem);
      setBusy(false);
    }
  };
  return (
    <Stack gap="md">
      <Text size="sm">{t("log.about")}</Text>
      <Checkbox label={t("log.deliver")} description={t(proposed ? "log.deliver_about" : "log.deliver_none")} checked={deliver} onChange={(event) => setDeliver(event.currentTarget.checked)} />
      <Checkbox label={t("log.follow_up")} description={t("log.follow_up_about")} checked={follow_up} onChange={(event) => setFollowUp(event.currentTarget.checked)} />
      {preview.isPending ? <Skeleton h={96} /> : preview.error ? <Fault error={preview.error} onClose={onClose} /> : <Consequences found={preview.data} />}
      {error != null && <Failed error={error} what={t("log.do")} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:cancel")}
        </Button>
        <Button loading={busy} disabled={!preview.data} onClick={() => void go()}>
          {t("log.do")}
        </Button>
      </Group>
    </Stack>
  );
}

function Consequences({ found }: { found: Logged }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  return (
    <Alert variant="light" title={t("log.consequences")}>
      <List size="sm">
        <List.Item>{t("log.interactions", { count: Math.min(found.interactions, 2), shown: number(found.interactions) })}</List.Item>
        {found.deliveries > 0 && <List.Item>{t("log.deliveries", { count: Math.min(found.deliveries, 2), shown: number(found.deliveries) })}</List.Item>}
        {header.campaign_no && <List.Item>{t("log.campaign", { no: header.campaign_no })}</List.Item>}
        {found.follow_up_no && <List.Item>{t("log.next", { no: found.follow_up_no })}</List.Item>}
        <List.Item>{t("log.ends", { no: header.no })}</List.Item>
      </List>
    </Alert>
  );
}

/** What is in the way, with the ways to the line and to its contact. */
function Fault({ error, onClose }: { error: unknown; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const [, view] = useView({ offset: 0, line: 0 });
  const { line, contact } = faultOf(error);
  const problem = error instanceof Failure ? error.problem : null;
  const show = async () => {
    const place = await placeOf(header.no, line!, header.no_of_lines);
    onClose();
    view({ offset: Math.floor(place / PAGE) * PAGE, line: line! }, true);
  };
  return (
    <Alert color="yellow" variant="light" title={t("log.fault")} role="alert">
      <Text size="sm">{problem?.message ?? String(error)}</Text>
      {problem?.hint && <Text size="sm" c="dimmed">{problem.hint}</Text>}
      <Group gap="md" mt="xs">
        {line !== null && (
          <Anchor component="button" type="button" size="sm" onClick={() => void show()}>
            {t("log.show_line")}
          </Anchor>
        )}
        {contact && (
          <Anchor component={Link} to="/contacts/$no" params={{ no: contact } as never} size="sm">
            {t("log.show_contact", { contact })}
          </Anchor>
        )}
      </Group>
    </Alert>
  );
}

/** In place of the worksheet, which is gone now. */
export function LoggedResult({ no, logged }: { no: string; logged: Logged }) {
  const { t } = useTranslation("worksheets");
  return (
    <Alert variant="light" title={t("logged.title", { no, entry: logged.entry_no })} role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {t("log.interactions", { count: Math.min(logged.interactions, 2), shown: number(logged.interactions) })}
          {logged.deliveries > 0 && ` ${t("log.deliveries", { count: Math.min(logged.deliveries, 2), shown: number(logged.deliveries) })}`}
        </Text>
        <Group gap="md">
          {logged.follow_up_no && (
            <Button component={Link} to="/worksheets/$no" params={{ no: logged.follow_up_no } as never} size="xs">
              {t("logged.follow_up", { no: logged.follow_up_no })}
            </Button>
          )}
          <Anchor component={Link} to="/interactions" search={{ tab: "logged" } as never} size="sm">
            {t("logged.interactions")}
          </Anchor>
          <Anchor component={Link} to="/worksheets" size="sm">
            {t("logged.list")}
          </Anchor>
        </Group>
      </Stack>
    </Alert>
  );
}
