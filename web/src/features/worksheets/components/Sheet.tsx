/** A worksheet: header, lines, what was done, and everything that can be done with it. */
import { Alert, Anchor, Grid, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Page } from "~/components/Page";
import { type Logged, useWorksheet } from "../api/worksheets";
import { Deeds } from "./Deeds";
import { Figures, HeaderCard } from "./HeaderCard";
import { Lines } from "./Lines";
import { LoggedResult } from "./Log";
import { Refresh } from "./Refresh";
import { Steps, useStepping } from "./Steps";
import { SheetProvider, useSheet } from "./context";
import { Tied } from "./Tied";

export function Sheet({ no }: { no: string }) {
  const { t } = useTranslation("worksheets");
  const header = useWorksheet(no);
  const [logged, setLogged] = useState<Logged | null>(null);
  const above = { label: t("title"), to: "/worksheets" };
  if (logged)
    return (
      <Page title={no} above={above}>
        <LoggedResult no={no} logged={logged} />
      </Page>
    );
  if (!header.data)
    return (
      <Page title={no} above={above}>
        {header.error ? <Failed error={header.error} what={no} again={() => void header.refetch()} /> : <Skeleton h={600} aria-label={no} />}
      </Page>
    );
  return (
    <SheetProvider header={header.data}>
      <Inside above={above} onLogged={setLogged} />
    </SheetProvider>
  );
}

function Inside({ above, onLogged }: { above: { label: string; to: string }; onLogged: (logged: Logged) => void }) {
  const { header, may } = useSheet();
  const [refreshing, refresh] = useState(false);
  return (
    <Page title={header.description ? `${header.no} · ${header.description}` : header.no} above={above} hint={<Figures />} actions={may && <Deeds onLogged={onLogged} />}>
      <Outcome />
      <Tied onRefresh={() => refresh(true)} />
      <HeaderCard />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8.8 }} order={{ base: 2, lg: 1 }}>
          <Lines />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 3.2 }} order={{ base: 1, lg: 2 }}>
          <Stack gap="md">
            <Steps />
          </Stack>
        </Grid.Col>
      </Grid>
      {refreshing && <Refresh onClose={() => refresh(false)} />}
    </Page>
  );
}

/** What the last deed did, with the way back; said to those who do not see it, too. */
function Outcome() {
  const { t } = useTranslation("worksheets");
  const { said, say } = useSheet();
  const { step, error } = useStepping();
  return (
    <div aria-live="polite">
      {said && (
        <Alert variant="light" py="xs" withCloseButton onClose={() => say(null)} closeButtonLabel={t("common:close")}>
          <Group gap="sm">
            <Text size="sm">{said.text}</Text>
            {said.undo && (
              <Anchor component="button" type="button" size="sm" onClick={() => void step(1)}>
                {t("undo")}
              </Anchor>
            )}
            {said.more}
          </Group>
        </Alert>
      )}
      {error != null && <Failed error={error} what={t("undo")} />}
    </div>
  );
}
