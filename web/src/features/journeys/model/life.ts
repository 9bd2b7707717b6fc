/** What may be done in each status (docs/reference/journeys.md, "Life"). */
import type { Act } from "../api/acting";

export type Statuses = Readonly<Record<string, string>>;

const RUNNING = ["live", "paused", "closed", "dry_run"];
const BY_STATUS: Record<string, readonly Act[]> = {
  live: ["pause", "close", "stop"],
  paused: ["resume", "stop"],
  closed: ["stop"],
  dry_run: ["stop"],
  stopped: ["reopen"],
  finished: ["reopen"],
};

export interface Life {
  latest: number;
  /** Of the newest version. */
  status: string;
  /** The newest version that has or lets in people, which may be older. */
  running: { version: number; status: string } | null;
  /** Whether the newest version may be changed. */
  editable: boolean;
  acts: readonly { act: Act; version: number }[];
}

export function lifeOf(statuses: Statuses, latest: number): Life {
  const status = statuses[String(latest)] ?? "draft";
  const versions = Object.entries(statuses).map(([version, of]) => ({ version: Number(version), status: of }));
  const running = versions.filter((each) => RUNNING.includes(each.status)).sort((a, b) => b.version - a.version)[0] ?? null;
  const draft = status === "draft" || status === "draft_test";
  const of = running ?? { version: latest, status };
  return {
    latest,
    status,
    running,
    editable: status === "draft",
    acts: [
      { act: draft ? "publish" : "new_version", version: latest },
      ...(BY_STATUS[of.status] ?? []).map((act) => ({ act, version: of.version })),
      { act: "delete", version: latest },
    ],
  };
}
