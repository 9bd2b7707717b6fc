import { expect, test } from "vitest";
import { Live } from "./live";

class Source {
  static opened: Source[] = [];
  readonly told = new Map<string, (event: { data: string }) => void>();
  onopen?: () => void;
  onerror?: () => void;
  closed = false;
  constructor(readonly url: string) {
    Source.opened.push(this);
  }
  addEventListener(name: string, then: (event: { data: string }) => void) {
    this.told.set(name, then);
  }
  say(name: string, data: unknown) {
    this.told.get(name)!({ data: JSON.stringify(data) });
  }
  close() {
    this.closed = true;
  }
}

function watched() {
  Source.opened = [];
  const frames: (() => void)[] = [];
  const live = new Live((url) => new Source(url) as unknown as EventSource, (then) => frames.push(then));
  const frame = () => frames.splice(0).forEach((each) => each());
  return { live, frame, newest: () => Source.opened.at(-1)! };
}

const gold = { name: "Gold", members: 3, entries: 4, exits: 1 };

test("a picture is everything, a change is what differs", () => {
  const { live, newest } = watched();
  live.subscribe(() => undefined);
  newest().say("picture", { tick: 1, events_per_second: 5, segments: { gold, old: gold }, journeys: {} });
  const before = live.segments;
  newest().say("change", { tick: 2, segments: {}, journeys: {} });
  expect(live.segments).toBe(before);
  expect(live.head).toMatchObject({ tick: 2, events_per_second: 5 });
  newest().say("change", { segments: { gold: { ...gold, members: 9 }, old: null }, journeys: {} });
  expect([...live.segments]).toEqual([["gold", { ...gold, members: 9 }]]);
  expect(before.get("gold")).toEqual(gold);
});

test("listeners hear once a frame, however much came", () => {
  const { live, frame, newest } = watched();
  let heard = 0;
  live.subscribe(() => (heard += 1));
  frame();
  heard = 0;
  for (let tick = 0; tick < 1000; tick += 1) newest().say("change", { tick, segments: { gold: { ...gold, members: tick } }, journeys: {} });
  expect(heard).toBe(0);
  frame();
  expect(heard).toBe(1);
  expect(live.segments.get("gold")!.members).toBe(999);
});

test("journeys that are watched are asked for, once for all who watch", () => {
  const { live, newest } = watched();
  live.subscribe(() => undefined);
  const first = live.watch("win-back");
  const second = live.watch("win-back");
  expect(newest().url).toBe("/api/live?journey=win-back");
  expect(Source.opened).toHaveLength(2);
  newest().say("journey", { journey: "win-back", activities: [{ activity: "start" }] });
  expect(live.activitiesOf("win-back")).toHaveLength(1);
  first();
  expect(live.activitiesOf("win-back")).toHaveLength(1);
  second();
  expect(live.activitiesOf("win-back")).toBeUndefined();
  expect(newest().url).toBe("/api/live");
});

test("without anybody the stream is closed; a lost connection is told", () => {
  const { live, newest } = watched();
  const leave = live.subscribe(() => undefined);
  newest().onopen!();
  expect(live.state).toBe("open");
  newest().onerror!();
  expect(live.state).toBe("connecting");
  leave();
  expect(newest().closed).toBe(true);
  expect(live.state).toBe("closed");
});
