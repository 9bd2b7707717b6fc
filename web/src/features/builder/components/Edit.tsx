/** The builder on a segment that there is, or on a new one; `from` is one to begin from. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Page } from "~/components/Page";
import { vocabulary } from "~/components/rules/api";
import { editing } from "../api/segment";
import { empty } from "../model/draft";
import { Builder } from "./Builder";

const HEIGHT = "70vh";

export function EditSegment({ id }: { id: string }) {
  const { t } = useTranslation("builder");
  const words = useQuery(vocabulary);
  const segment = useQuery(editing(id));
  if (words.data && segment.data) return <Builder key={id} first={segment.data.draft} found={segment.data.found} etag={segment.data.etag} vocabulary={words.data} />;
  return (
    <Page title={id} above={{ label: t("common:page.segments"), to: "/segments" }}>
      {words.error ? <Loaded query={words} what={t("reading")} height={HEIGHT}>{() => null}</Loaded> : <Loaded query={segment} what={t("reading")} height={HEIGHT}>{() => <Skeleton h={HEIGHT} />}</Loaded>}
    </Page>
  );
}

export function NewSegment({ from }: { from: string | undefined }) {
  const { t } = useTranslation("builder");
  const words = useQuery(vocabulary);
  const model = useQuery({ ...editing(from ?? ""), enabled: from !== undefined });
  if (words.data && (from === undefined || model.data || model.error)) {
    const first = model.data ? { ...model.data.draft, id: "", name: t("copy_of", { name: model.data.draft.name }) } : empty();
    return <Builder first={first} found={null} etag={'"0"'} vocabulary={words.data} />;
  }
  return (
    <Page title={t("new")} above={{ label: t("common:page.segments"), to: "/segments" }}>
      <Loaded query={words} what={t("reading")} height={HEIGHT}>{() => null}</Loaded>
    </Page>
  );
}
