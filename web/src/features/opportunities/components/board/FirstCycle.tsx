/** Without a sales cycle there is no board: a simple one is set up here, to begin with. */
import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { api } from "~/lib/api/client";

/** How far each stage is, and what the chances are, in percent. */
const STAGES = [
  { name: "contact", completed_pct: 10, chances_pct: 20 },
  { name: "needs", completed_pct: 30, chances_pct: 40 },
  { name: "offer", completed_pct: 60, chances_pct: 60 },
  { name: "deal", completed_pct: 90, chances_pct: 80 },
] as const;

export function FirstCycle({ may }: { may: boolean }) {
  const { t } = useTranslation("opportunities");
  const act = useAct(() => {
    const stages = STAGES.map(({ name, ...figures }) => ({ description: t(`no_cycle.stage.${name}`), ...figures }));
    return api.put("/api/sales-cycles/{code}", { path: { code: "SALES" }, body: { description: t("no_cycle.name"), probability_calculation: "multiply", stages } as never });
  }, ["/api/sales-cycles"]);
  const button = may && (
    <Button size="xs" loading={act.isPending} onClick={() => act.mutate()}>
      {t("no_cycle.act")}
    </Button>
  );
  return (
    <Stack gap="sm">
      {act.error && <Failed error={act.error} what={t("no_cycle.act")} />}
      <Empty title={t("no_cycle.title")} text={t("no_cycle.text")} action={button} />
    </Stack>
  );
}
