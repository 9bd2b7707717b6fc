/** What can be done with a person as a whole: have a copy, join with another one, forget. */
import { Button, Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { useMay } from "~/lib/session";
import { exportAddress } from "../api/people";
import { Erase } from "./Erase";
import { Merge } from "./Merge";

export function Actions({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const may = useMay("profiles:write");
  const [asked, ask] = useState<"merge" | "erase" | undefined>();
  const close = () => ask(undefined);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default">{t("export.button")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("export.hint")}</Menu.Label>
          <Menu.Item component="a" href={exportAddress(card.profile_id, "zip")} download>{t("export.zip")}</Menu.Item>
          <Menu.Item component="a" href={exportAddress(card.profile_id, "json")} download>{t("export.json")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {may && <Button size="xs" variant="default" onClick={() => ask("merge")}>{t("merge.button")}</Button>}
      {may && <Button size="xs" variant="light" color="red" onClick={() => ask("erase")}>{t("erase.button")}</Button>}
      {asked === "merge" && <Merge card={card} onClose={close} />}
      {asked === "erase" && <Erase card={card} onClose={close} />}
    </>
  );
}
