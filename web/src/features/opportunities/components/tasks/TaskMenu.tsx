/** Change a task, or call it off. */
import { ActionIcon, Menu, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { FieldCard, type Task, useAct, type Value, type Values } from "~/components/crm/fields";
import { changeTask, completeTask, SHOWS } from "../../api/opportunities";
import { TASK_CHANGE } from "../../model/fields";

export function TaskMenu({ row }: { row: Task }) {
  const { t } = useTranslation("opportunities");
  const [asked, ask] = useState<"change" | "cancel" | null>(null);
  const close = () => ask(null);
  const off = useAct(() => completeTask(row.no, true), SHOWS, close);
  const save = useAct((fields: Record<string, Value>) => changeTask(row.no, row.version, fields), SHOWS);
  return (
    <>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("task.more_of", { what: row.description })}>
            <span aria-hidden>⋯</span>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => ask("change")}>{t("task.change")}</Menu.Item>
          <Menu.Item color="red" onClick={() => ask("cancel")}>
            {t("task.cancel")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "change" && (
        <Modal opened onClose={close} title={row.description} closeButtonProps={{ "aria-label": t("common:close") }}>
          <FieldCard fields={TASK_CHANGE} values={row as unknown as Values} onSave={(fields) => save.mutateAsync(fields)} />
        </Modal>
      )}
      <Confirm opened={asked === "cancel"} danger title={t("task.cancel_title", { what: row.description })} act={t("task.cancel")} busy={off.isPending} error={off.error} onAct={() => off.mutate()} onClose={close}>
        {t("task.cancel_means")}
      </Confirm>
    </>
  );
}
