/** What can be done with a segment: change it, let it count, stop it, delete it. */
import { Button, Menu } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { useMay } from "~/lib/session";
import type { Act } from "../../api/segment";
import { ActConfirm } from "./ActConfirm";
import { Restore } from "./Restore";

export function Actions({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments:write");
  const navigate = useNavigate();
  const [asked, ask] = useState<Act | null>(null);
  const { id, state } = definition;
  if (!may) return null;
  if (state === "deleted") return <Restore id={id} />;
  const newer = state === "published" && definition.version !== definition.published_version;
  const done = (act: Act) => {
    ask(null);
    if (act === "delete") void navigate({ to: "/segments", search: { gone: id } as never });
  };
  return (
    <>
      <Button component={Link} to="/segments/$id/edit" params={{ id } as never} variant="default" size="xs">
        {t("act.edit")}
      </Button>
      {(state !== "published" || newer) && (
        <Button size="xs" onClick={() => ask("publish")}>
          {t(newer ? "act.publish_newer" : "act.publish")}
        </Button>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default" aria-label={t("act.more")}>
            <span aria-hidden>⋯</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to="/segments/new" search={{ from: id } as never}>
            {t("act.copy")}
          </Menu.Item>
          {state === "published" && <Menu.Item onClick={() => ask("deactivate")}>{t("act.deactivate")}…</Menu.Item>}
          <Menu.Item color="red" onClick={() => ask("delete")}>
            {t("act.delete")}…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked && <ActConfirm segment={id} name={definition.name} act={asked} onDone={done} onClose={() => ask(null)} />}
    </>
  );
}
