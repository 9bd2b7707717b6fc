/** What can be done with the worksheet, in the groups that people know: fill, thin out, criteria, contacts, papers, end. */
import { Button, Group, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { changed } from "~/lib/api/client";
import { addresses } from "../api/files";
import { type Logged, remove } from "../api/worksheets";
import type { Kind } from "../model/types";
import { Act } from "./Act";
import { ReuseCriteria, SaveCriteria } from "./Criteria";
import { MailingGroup, Opportunities } from "./Jobs";
import { LogForm } from "./Log";
import { CoverSheets, Labels } from "./Papers";
import { Refresh } from "./Refresh";
import { ReuseLogged } from "./ReuseLogged";
import { useSheet } from "./context";

type What = Kind | "live" | "save" | "reuse" | "reuse_logged" | "refresh" | "group" | "opportunities" | "labels" | "covers" | "delete" | "log";

export function Deeds({ onLogged }: { onLogged: (logged: Logged) => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const [what, open] = useState<What | null>(null);
  const close = () => open(null);
  const item = (name: What, off = false) => (
    <Menu.Item key={name} disabled={off} onClick={() => open(name)}>
      {t(`deed.${name}`)}
    </Menu.Item>
  );
  const empty = header.no_of_lines === 0;
  const unused = header.no_of_criteria_actions === 0;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs">{t("deed.add_menu")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {item("add")}
          {item("live")}
          {item("reuse")}
          {item("reuse_logged")}
        </Menu.Dropdown>
      </Menu>
      <Group gap="xs">
        {(["reduce", "refine"] as const).map((kind) => (
          <Button key={kind} size="xs" variant="default" disabled={empty} onClick={() => open(kind)}>
            {t(`deed.${kind}`)}
          </Button>
        ))}
        <Button size="xs" variant="default" disabled={unused} onClick={() => open("refresh")}>
          {t("deed.refresh")}
        </Button>
      </Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default">
            {t("deed.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {item("save", unused)}
          <Menu.Divider />
          {item("group", empty)}
          {item("opportunities", empty)}
          <Menu.Divider />
          {item("labels", empty)}
          {item("covers", empty)}
          <Menu.Item disabled={empty} onClick={() => void addresses(header.no)}>
            {t("deed.export")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => open("delete")}>
            {t("deed.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button size="xs" variant="light" disabled={empty} onClick={() => open("log")}>
        {t("deed.log")}
      </Button>
      {(what === "add" || what === "reduce" || what === "refine") && <Act kind={what} onClose={close} />}
      {what === "live" && <Act kind="add" start={{ rule: { segment: "" } }} onClose={close} />}
      {what === "save" && <SaveCriteria onClose={close} />}
      {what === "reuse" && <ReuseCriteria onClose={close} />}
      {what === "reuse_logged" && <ReuseLogged onClose={close} />}
      {what === "refresh" && <Refresh onClose={close} />}
      {what === "group" && <MailingGroup onClose={close} />}
      {what === "opportunities" && <Opportunities onClose={close} />}
      {what === "labels" && <Labels onClose={close} />}
      {what === "covers" && <CoverSheets onClose={close} />}
      {what === "log" && <LogForm onLogged={onLogged} onClose={close} />}
      {what === "delete" && <Delete onClose={close} />}
    </>
  );
}

function Delete({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [error, fail] = useState<unknown>(null);
  const go = async () => {
    try {
      await remove(header.no);
      await navigate({ to: "/worksheets" as never });
      await changed(queries, "/api/worksheets");
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <Confirm opened title={t("delete.title", { no: header.no })} act={t("delete.do")} danger error={error} onAct={() => void go()} onClose={onClose}>
      {t("delete.about", { count: Math.min(header.no_of_lines, 2), shown: header.no_of_lines })}
    </Confirm>
  );
}
