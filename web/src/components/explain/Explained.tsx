/** An explanation while it is read, and when it is there; its words are read meanwhile, and the page around it stays. */
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Soon } from "~/components/Soon";
import type { Schemas } from "~/lib/api/client";
import { Explain } from "./Explain";

const HEIGHT = 180;
type Asked = UseQueryResult<Schemas["Explanation"]>;

export function Explained({ query }: { query: Asked }) {
  return (
    <Soon height={HEIGHT}>
      <Read query={query} />
    </Soon>
  );
}

function Read({ query }: { query: Asked }) {
  const { t } = useTranslation("explain");
  return (
    <Loaded query={query} what={t("what")} height={HEIGHT}>
      {(explanation) => <Explain explanation={explanation} />}
    </Loaded>
  );
}
