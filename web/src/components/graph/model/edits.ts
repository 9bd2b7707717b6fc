/** Everything that can be done to a journey on the canvas. Each edit gives a new journey; nothing is changed in place. */
import { type Activity, ENTRY, type JourneyDefinition, targetsOf, type Way, wayOf } from "./definition";
import { fresh } from "./fresh";
import { graphOf } from "./graph";
import type { Points } from "./layout";
import { freshName, isName } from "./names";
import { led, leading, nodeOutlets, outletOf } from "./outlets";

/** What is edited: the journey, and where nodes were moved to by hand. */
export interface Draft {
  journey: JourneyDefinition;
  moved: Points;
}

export type Edit =
  | { do: "add"; kind: string; id?: string; behind?: { source: string; handle: string }; at?: { x: number; y: number } }
  | { do: "connect"; source: string; handle: string; targets: readonly string[] }
  | { do: "disconnect"; source: string; handle: string; target: string }
  | { do: "remove"; ids: readonly string[] }
  | { do: "duplicate"; ids: readonly string[] }
  | { do: "change"; id: string; settings: Record<string, unknown> }
  | { do: "rename"; id: string; to: string }
  | { do: "set"; settings: Record<string, unknown> }
  | { do: "move"; places: Points }
  | { do: "arrange" };

export function edited(draft: Draft, edit: Edit): Draft {
  const { journey, moved } = draft;
  switch (edit.do) {
    case "add":
      return added(draft, edit);
    case "connect":
      return { journey: led(journey, edit.source, edit.handle, edit.targets), moved };
    case "disconnect": {
      const there = outletOf(journey, edit.source, edit.handle)?.targets ?? [];
      return { journey: led(journey, edit.source, edit.handle, there.filter((target) => target !== edit.target)), moved };
    }
    case "remove":
      return { journey: edit.ids.reduce(removed, journey), moved: Object.fromEntries(Object.entries(moved).filter(([id]) => !edit.ids.includes(id))) };
    case "duplicate":
      return duplicated(draft, edit.ids);
    case "change":
      return { journey: changed(journey, edit.id, edit.settings), moved };
    case "rename":
      return renamed(draft, edit.id, edit.to);
    case "set":
      return { journey: pruned({ ...journey, ...edit.settings }), moved };
    case "move":
      return { journey, moved: { ...moved, ...edit.places } };
    case "arrange":
      return { journey, moved: {} };
  }
}

/** A new activity goes between a way and what it led to: nobody loses her way by an insertion. */
function added({ journey, moved }: Draft, { kind, id, behind, at }: Extract<Edit, { do: "add" }>): Draft {
  const name = id ?? freshName(journey.activities, kind);
  const before = behind ? (outletOf(journey, behind.source, behind.handle)?.targets ?? []) : [];
  let activity = fresh(kind, journey, behind?.source);
  const onward = nodeOutlets({ ...journey, activities: { x: activity } }, "x").find(({ kind: way }) => way !== "again" && way !== "error" && way !== "timeout");
  if (onward && before.length) activity = leading(activity, onward.handle, before);
  const grown = { ...journey, activities: { ...journey.activities, [name]: activity } };
  return { journey: behind ? led(grown, behind.source, behind.handle, [name]) : grown, moved: at ? { ...moved, [name]: at } : moved };
}

/** What led to the activity leads on to what was behind it, as long as that is one thing. */
function removed(journey: JourneyDefinition, id: string): JourneyDefinition {
  if (id === ENTRY || !(id in journey.activities)) return journey;
  const ways = nodeOutlets(journey, id).filter(({ kind }) => kind !== "again" && kind !== "error" && kind !== "timeout");
  const onward = ways.find(({ targets }) => targets.length)?.targets ?? [];
  let left = journey;
  for (const { source, handle } of graphOf(journey).edges.filter(({ target }) => target === id)) {
    const there = outletOf(left, source, handle)?.targets ?? [];
    const others = there.filter((target) => target !== id);
    left = led(left, source, handle, others.length ? others : onward.filter((target) => target !== source));
  }
  const { [id]: _, ...activities } = left.activities;
  return { ...left, activities };
}

/** Copies stand beside the originals; ways among them lead to copies, all others nowhere. */
function duplicated({ journey, moved }: Draft, ids: readonly string[]): Draft {
  const activities = { ...journey.activities };
  const names = new Map<string, string>();
  for (const id of ids.filter((each) => each in journey.activities)) {
    const name = freshName({ ...activities }, id.replace(/-\d+$/, ""));
    names.set(id, name);
    activities[name] = { type: "end" };
  }
  for (const [id, name] of names) {
    const original = journey.activities[id]!;
    activities[name] = nodeOutlets(journey, id).reduce(
      (copy, { handle, targets }) => leading(copy, handle, targets.flatMap((target) => names.get(target) ?? [])),
      original,
    );
  }
  return { journey: { ...journey, activities }, moved };
}

function changed(journey: JourneyDefinition, id: string, settings: Record<string, unknown>): JourneyDefinition {
  if (id === ENTRY) return { ...journey, entry: pruned({ ...journey.entry, ...settings }) };
  const activity = journey.activities[id];
  if (!activity) return journey;
  return { ...journey, activities: { ...journey.activities, [id]: pruned({ ...activity, ...settings }) as Activity } };
}

/** What is `undefined` is no longer said. */
const pruned = <T extends object>(from: T): T => Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T;

/** The activity keeps its place in the list, and whatever named it names it still. */
function renamed({ journey, moved }: Draft, id: string, to: string): Draft {
  if (id === to || !isName(to) || to in journey.activities || !(id in journey.activities)) return { journey, moved };
  const name = (way: Way): Way => wayOf(targetsOf(way).map((target) => (target === id ? to : target)));
  const activities = Object.fromEntries(
    Object.entries(journey.activities).map(([each, activity]) => {
      const led = nodeOutlets(journey, each).reduce((so, { handle, targets }) => leading(so, handle, targetsOf(name(targets))), activity);
      return [each === id ? to : each, led.type === "wait_for_signal" && led.of === id ? { ...led, of: to } : led];
    }),
  );
  const { [id]: place, ...others } = moved;
  return { journey: { ...journey, start: name(journey.start) ?? [], activities }, moved: place ? { ...others, [to]: place } : others };
}
