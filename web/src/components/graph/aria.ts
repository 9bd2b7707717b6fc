import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** What the canvas says to those who cannot see it, in the user's language. */
export function useAriaWords() {
  const { t } = useTranslation("graph");
  return useMemo(
    () => ({
      "node.a11yDescription.default": t("aria.node"),
      "node.a11yDescription.keyboardDisabled": t("aria.node"),
      "node.a11yDescription.ariaLiveMessage": ({ direction }: { direction: string }) => t("aria.moved", { direction }),
      "edge.a11yDescription.default": t("aria.edge"),
      "controls.ariaLabel": t("aria.controls"),
      "controls.zoomIn.ariaLabel": t("aria.zoom_in"),
      "controls.zoomOut.ariaLabel": t("aria.zoom_out"),
      "controls.fitView.ariaLabel": t("aria.fit"),
      "minimap.ariaLabel": t("aria.minimap"),
      "handle.ariaLabel": t("aria.handle"),
    }),
    [t],
  );
}
