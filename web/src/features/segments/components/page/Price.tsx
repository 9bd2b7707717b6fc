/** What it costs in people to let a version count: who enters and leaves at once, which segments and journeys move with it. */
import { List, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { JourneyLink, SegmentLink } from "~/components/Links";
import { number } from "~/lib/i18n/format";
import { usePrice } from "../../api/segment";

/** Items of a list; `version`: an older one than the newest. */
export function Price({ segment, version }: { segment: string; version?: number }) {
  const { t } = useTranslation("segments");
  const { data, error, refetch } = usePrice(segment, version);
  if (error)
    return (
      <List.Item>
        <Failed error={error} what={t("price.what")} again={() => void refetch()} />
      </List.Item>
    );
  if (!data)
    return (
      <List.Item>
        <Skeleton h={62} w={280} role="status" aria-label={t("price.what")} />
      </List.Item>
    );
  const { entering, leaving, members, segments, journeys } = data;
  return (
    <>
      <List.Item>{t("price.entering", { count: entering.count, people: number(entering.count) })}</List.Item>
      <List.Item>{t("price.leaving", { count: leaving.count, people: number(leaving.count) })}</List.Item>
      <List.Item>{t("price.members", { count: members, people: number(members) })}</List.Item>
      {segments.map((each) => (
        <List.Item key={each.segment}>
          <SegmentLink id={each.segment} />: {t("price.moves", { entering: number(each.entering), leaving: number(each.leaving) })}
        </List.Item>
      ))}
      {journeys.map((each) => (
        <List.Item key={`${each.journey} ${each.version} ${each.segment}`}>
          <JourneyLink id={each.journey}>{each.name}</JourneyLink>: {t("price.inside", { count: each.moving, people: number(each.moving), inside: number(each.inside) })}
        </List.Item>
      ))}
    </>
  );
}
