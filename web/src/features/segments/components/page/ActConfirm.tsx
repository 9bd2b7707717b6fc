/** Says what publishing, stopping or deleting a segment does, in numbers, and does it. */
import { List } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { number } from "~/lib/i18n/format";
import { type Act, statisticsOf, useAct } from "../../api/segment";
import { Users } from "../overview/Users";
import { Price } from "./Price";

export interface ActConfirmProps {
  segment: string;
  name: string;
  act: Act;
  onDone: (act: Act) => void;
  onClose: () => void;
}

export function ActConfirm({ segment, name, act, onDone, onClose }: ActConfirmProps) {
  const { t } = useTranslation("segments");
  const statistics = useQuery({ ...statisticsOf(segment), staleTime: 0 });
  const doing = useAct(segment);
  const members = statistics.data?.members ?? 0;
  const users = statistics.data?.used_by ?? [];
  const refused = act !== "publish" && users.length > 0;
  // What asked may be gone when it is done: a deleted segment has no buttons. The promise is kept all the same.
  const perform = () => void doing.mutateAsync({ act }).then(() => onDone(act), () => undefined);
  return (
    <Confirm opened title={t(`confirm.${act}.title`, { name })} act={t(`act.${act}`)} danger={act === "delete"} busy={doing.isPending || statistics.isPending} disabled={refused}
      error={doing.error} onAct={perform} onClose={onClose}>
      {refused ? (
        <>
          {t("confirm.used")}
          <Users users={users} />
        </>
      ) : (
        <List size="sm" spacing={4}>
          {act === "publish" ? <Price segment={segment} /> : <List.Item>{t("confirm.leave", { count: members, members: number(members) })}</List.Item>}
          <List.Item>{t(`confirm.${act}.then`)}</List.Item>
          <List.Item>{t(`confirm.${act}.back`)}</List.Item>
        </List>
      )}
    </Confirm>
  );
}
