/** Asks before an older version counts again: what it says, and that nothing is lost by it. */
import { List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import type { Schemas } from "~/lib/api/client";
import { useRollBack } from "../../api/segment";
import { counts } from "../../model/definition";
import { Price } from "../page/Price";

export function RollBack({ definition, version, onClose }: { definition: Schemas["Definition"]; version: number; onClose: () => void }) {
  const { t } = useTranslation("segments");
  const doing = useRollBack(definition.id);
  return (
    <Confirm opened title={t("back.title", { version })} act={t("versions.back")} busy={doing.isPending} error={doing.error}
      onAct={() => doing.mutate(version, { onSuccess: onClose })} onClose={onClose}>
      <List size="sm" spacing={4}>
        <List.Item>{t("back.new", { version, next: definition.latest + 1 })}</List.Item>
        <List.Item>{t(counts(definition.state) ? "back.live" : "back.draft")}</List.Item>
        {counts(definition.state) && <Price segment={definition.id} version={version} />}
        <List.Item>{t("back.kept")}</List.Item>
      </List>
    </Confirm>
  );
}
