/** What a journey does and did: its report, the past played over, tests with chosen people, its versions. */
export { BacktestTab } from "./components/backtest/BacktestTab";
export { ReportTab } from "./components/report/ReportTab";
export { TestTab } from "./components/test/TestTab";
export { VersionsTab } from "./components/versions/VersionsTab";
