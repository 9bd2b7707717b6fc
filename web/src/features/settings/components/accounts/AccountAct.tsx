/** What is done to an account, with what follows from it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api, changed } from "~/lib/api/client";
import type { Account } from "../../model/rows";

export type Act = "reset" | "sign-out" | "delete";
interface Props {
  act: Act;
  account: Account;
  onClose: () => void;
  onDone: (email: string, password: unknown) => void;
}

export function AccountAct({ act, account, onClose, onDone }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const path = { account: account.id };
  const done = useMutation({
    mutationFn: async (): Promise<unknown> => {
      if (act === "reset") return api.post("/api/accounts/{account}/password", { path, body: {} });
      if (act === "sign-out") return api.post("/api/accounts/{account}/sign-out", { path });
      return api.delete("/api/accounts/{account}", { path });
    },
    onSuccess: async (found) => {
      await changed(queries, "/api/accounts", "/api/sessions");
      onDone(account.email, (found as Record<string, unknown> | null)?.password);
    },
  });
  const key = act.replace("-", "_");
  return (
    <Confirm opened title={t(`accounts.${key}_title`, { email: account.email })} act={t(act === "delete" ? "common:delete" : `accounts.${key}`)} danger={act === "delete"} busy={done.isPending} error={done.error} onAct={() => done.mutate()} onClose={onClose}>
      {t(`accounts.${key}_means`, { email: account.email })}
    </Confirm>
  );
}
