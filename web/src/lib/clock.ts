/** What time it is in the workspace: the instant of its last tick, which is not this computer's when history is replayed. */
import { useSyncExternalStore } from "react";
import { live } from "~/lib/live";

const now = (): number | undefined => (live.head?.now ? Math.floor(Date.parse(live.head.now) / 1000) * 1000 : undefined);

/** The workspace's clock to the second; `undefined` until it is known. */
export function useNow(): Date | undefined {
  const found = useSyncExternalStore(live.subscribe, now);
  return found === undefined ? undefined : new Date(found);
}
