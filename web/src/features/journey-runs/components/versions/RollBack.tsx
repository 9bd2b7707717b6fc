/** The version before is live again: what that means for people, before it is done. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api, changed } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";

interface Props {
  journey: string;
  kind: "roll-back" | "reopen";
  version: number;
  live: number | null;
  /** People in the live version. */
  inside: number;
  onClose: () => void;
}

export function RollBack({ journey, kind, version, live, inside, onClose }: Props) {
  const { t } = useTranslation("journey-runs");
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: () =>
      kind === "roll-back"
        ? api.post("/api/journeys/{journey}/roll-back", { path: { journey }, body: { version } })
        : api.post("/api/journeys/{journey}/reopen", { path: { journey }, body: { version } }),
    onSuccess: async () => {
      await changed(queries, "/api/journeys");
      onClose();
    },
  });
  const word = t(kind === "roll-back" ? "versions.roll_back" : "versions.reopen", { version });
  return (
    <Confirm opened title={word} act={word} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      {kind === "roll-back" ? t("versions.roll_back_means", { version, live, inside: number(inside) }) : t("versions.reopen_means", { version })}
    </Confirm>
  );
}
