import { useParams } from "@tanstack/react-router";
import { lazy } from "react";
import { JourneyPage, type OtherTabs } from "~/features/journeys/components/page/JourneyPage";

const runs = () => import("~/features/journey-runs");
const ReportTab = lazy(() => runs().then(({ ReportTab: component }) => ({ default: component })));
const BacktestTab = lazy(() => runs().then(({ BacktestTab: component }) => ({ default: component })));
const TestTab = lazy(() => runs().then(({ TestTab: component }) => ({ default: component })));
const VersionsTab = lazy(() => runs().then(({ VersionsTab: component }) => ({ default: component })));

export default function Journey() {
  const { id } = useParams({ strict: false }) as { id: string };
  const others: OtherTabs = {
    report: () => <ReportTab journey={id} />,
    backtest: (definition) => <BacktestTab journey={id} definition={definition} />,
    test: () => <TestTab journey={id} />,
    versions: () => <VersionsTab journey={id} />,
  };
  return <JourneyPage key={id} id={id} others={others} />;
}
