/** What is done with an opportunity as a whole. */
import { Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { type Opportunity, type Stage, useAct } from "~/components/crm/fields";
import { remove, SHOWS } from "../../api/opportunities";
import { placeOf } from "../../model/moving";
import { Closing } from "../Closing";
import { Moving } from "../Moving";

export function Actions({ row, stages }: { row: Opportunity; stages: readonly Stage[] }) {
  const { t } = useTranslation("opportunities");
  const navigate = useNavigate();
  const [asked, ask] = useState<"won" | "lost" | "update" | "delete" | null>(null);
  const end = () => ask(null);
  const act = useAct(() => remove(row.no), SHOWS, () => void navigate({ to: "/opportunities" }));
  const here = stages.find(({ stage }) => stage === placeOf(row));
  const running = row.status === "in_progress";
  return (
    <>
      {running && (
        <Button size="xs" onClick={() => ask("won")}>
          {t("close.act_won")}
        </Button>
      )}
      {running && (
        <Button size="xs" variant="default" onClick={() => ask("lost")}>
          {t("close.act_lost")}
        </Button>
      )}
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Button size="xs" variant="default">
            {t("more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {running && here && <Menu.Item onClick={() => ask("update")}>{t("update")}</Menu.Item>}
          <Menu.Item color="red" disabled={running} onClick={() => ask("delete")}>
            {t(running ? "delete.not_running" : "common:delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {(asked === "won" || asked === "lost") && <Closing row={row} won={asked === "won"} onClose={end} />}
      {asked === "update" && here && <Moving row={row} to={here} onClose={end} />}
      <Confirm opened={asked === "delete"} danger title={t("delete.title", { what: row.description || row.no })} act={t("common:delete")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={end}>
        {t("delete.means")}
      </Confirm>
    </>
  );
}
