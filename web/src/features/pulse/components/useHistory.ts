/** Samples of this page's minutes; they go on when one comes back from another page. */
import { useEffect, useState } from "react";
import { live } from "~/lib/live";
import { History, type Sample } from "../model/history";

export const SPAN = 5 * 60_000;
const history = new History(SPAN);

function sample(): Sample | undefined {
  if (!live.head) return undefined;
  let entries = 0;
  let exits = 0;
  for (const each of live.segments.values()) {
    entries += each.entries;
    exits += each.exits;
  }
  return { at: Date.now(), rate: live.head.events_per_second, entries, exits };
}

export function useHistory(): History {
  const [, again] = useState(0);
  useEffect(() => {
    const take = () => {
      const found = sample();
      if (!found) return;
      history.add(found);
      again((times) => times + 1);
    };
    const leave = live.subscribe(() => history.samples.length === 0 && take());
    const timer = setInterval(take, 1000);
    take();
    return () => {
      leave();
      clearInterval(timer);
    };
  }, []);
  return history;
}
