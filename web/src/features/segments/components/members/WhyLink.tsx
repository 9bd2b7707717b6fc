/** The way to the explanation of one member, on the same page. */
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function WhyLink({ person }: { person: string }) {
  const { t } = useTranslation("segments");
  return (
    <Anchor component={Link} to="." search={{ tab: "why", person } as never} size="sm" aria-label={t("members.why_of", { person })}>
      {t("tab.why")}
    </Anchor>
  );
}
