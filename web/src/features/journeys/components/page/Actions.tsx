/** What can be done to a journey, with what it leads to said before it is done. */
import { Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/lib/session";
import { type Act, type Acting, useAct } from "../../api/acting";
import type { Life } from "../../model/life";
import type { Editor } from "../editor/useEditor";
import { useSave } from "../editor/useSave";
import { ActDialog } from "./ActDialog";

export function Actions({ id, life, editor }: { id: string; life: Life; editor: Editor }) {
  const { t } = useTranslation("journeys");
  const may = useMay("journeys:write");
  const navigate = useNavigate();
  const [chosen, choose] = useState<{ act: Act; version: number } | null>(null);
  const act = useAct(id, (done) => {
    choose(null);
    if (done === "delete") void navigate({ to: "/journeys" });
  });
  const save = useSave(id, editor);
  if (!may) return null;
  const [first, ...rest] = life.acts;
  const ask = (one: { act: Act; version: number }) => {
    act.reset();
    save.reset();
    choose(one);
  };
  const doIt = async ({ act: what, version }: { act: Act; version: number }, options: Acting) => {
    if (what === "new_version" || what === "delete") return act.mutate({ act: what, ...options });
    const newest = what === "publish" && editor.dirty ? (await save.mutateAsync({})).answer.data.version : version;
    act.mutate({ act: what, version: newest, ...options });
  };
  return (
    <>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Button variant="default" size="sm">
            {t("act.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map((one) => (
            <Menu.Item key={one.act} color={one.act === "delete" ? "red" : undefined} onClick={() => ask(one)}>
              {t(`act.${one.act}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {first && (
        <Button size="sm" variant={first.act === "publish" ? "filled" : "default"} onClick={() => ask(first)}>
          {t(`act.${first.act}`)}
        </Button>
      )}
      {chosen && (
        <ActDialog id={id} act={chosen.act} version={chosen.version} life={life} editor={editor} busy={act.isPending || save.isPending} error={act.error ?? save.error}
          onAct={(options) => void doIt(chosen, options).catch(() => undefined)} onClose={() => choose(null)} />
      )}
    </>
  );
}
