/** What happened in a step of a journey, in words: why somebody was not let in, or which way she went. */
import { useTranslation } from "react-i18next";

export interface Step {
  kind: string;
  outcome: string;
  detail?: string | null;
}

export function StepSaid({ step }: { step: Step }) {
  const { t } = useTranslation("steps");
  const said = step.kind === "discard" ? t("not_let_in", { reason: t(`reason.${step.outcome}`, step.outcome) }) : t(`way.${step.outcome}`, step.outcome);
  return <>{[said, step.detail].filter(Boolean).join(" · ")}</>;
}
