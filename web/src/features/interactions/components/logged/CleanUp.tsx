/** Delete what is canceled for good; how much that is, is said first. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { useAct } from "~/components/crm/fields";
import { number } from "~/lib/i18n/format";
import { cleanUp, cleanUpLogged, SHOWS } from "../../api/interactions";

export function CleanUp({ what }: { what: "entries" | "logged" }) {
  const { t } = useTranslation("interactions");
  const [asked, ask] = useState(false);
  const run = what === "entries" ? cleanUp : cleanUpLogged;
  const count = useQuery({ queryKey: ["/api/interactions/clean-up", what], queryFn: () => run(true), enabled: asked, gcTime: 0 });
  const act = useAct(() => run(false), SHOWS, () => ask(false));
  return (
    <>
      <Button size="xs" variant="default" color="red" onClick={() => ask(true)}>
        {t("clean_up.word")}
      </Button>
      <Confirm opened={asked} danger title={t("clean_up.word")} act={t("common:delete")} busy={act.isPending || count.isPending} error={act.error ?? count.error} onAct={() => act.mutate()} onClose={() => ask(false)}>
        {t(`clean_up.${what}`, { number: number(count.data as number | undefined) })}
      </Confirm>
    </>
  );
}
