/** Asks before a page with unsaved changes is left. */
import { useBlocker } from "@tanstack/react-router";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";

export function Leaving({ dirty, free }: { dirty: boolean; free: RefObject<boolean> }) {
  const { t } = useTranslation("builder");
  const held = () => dirty && !free.current;
  const blocker = useBlocker({ shouldBlockFn: ({ current, next }) => held() && current.pathname !== next.pathname, enableBeforeUnload: held, withResolver: true });
  return (
    <Confirm opened={blocker.status === "blocked"} title={t("leaving.title")} act={t("leaving.act")} danger onAct={() => blocker.proceed?.()} onClose={() => blocker.reset?.()}>
      {t("leaving.text")}
    </Confirm>
  );
}
