/**
 * What moves while a page is open: one stream of server-sent events, shared by everything that shows a number.
 *
 * The server sends a `picture` with everything, then `change`s (at most ten a second) with what is different, and for
 * journeys that are watched their activities. Listeners hear of it once a frame, however much came.
 */
import { useSyncExternalStore } from "react";

export interface LiveSegment {
  name: string;
  members: number;
  entries: number;
  exits: number;
}
export interface LiveJourney {
  name: string;
  status: string;
  entered: number;
  inside: number;
  ended: number;
}
export interface LiveActivity {
  activity: string;
  kind: string;
  arrived: number;
  waiting: number;
  left: number;
}
/** The numbers of the whole workspace. */
export interface Head {
  live: boolean;
  tick: number;
  now: string | null;
  events_per_second: number;
  behind_seconds: number | null;
  problems: string[];
  rows_waiting: number;
  deliveries: Record<string, number>;
  hooks: Record<string, number>;
  dead_letters: number;
}
type Told = Partial<Head> & { segments?: Record<string, LiveSegment | null>; journeys?: Record<string, LiveJourney | null> };
type State = "closed" | "connecting" | "open";
type Listener = () => void;

/** Keeps the newest numbers. `source` is given in tests. */
export class Live {
  state: State = "closed";
  head: Head | undefined;
  segments: ReadonlyMap<string, LiveSegment> = new Map();
  journeys: ReadonlyMap<string, LiveJourney> = new Map();
  private readonly activities = new Map<string, LiveActivity[]>();
  private readonly watched = new Map<string, number>();
  private readonly listeners = new Set<Listener>();
  private source: EventSource | null = null;
  private frame = false;

  constructor(
    private readonly connect: (url: string) => EventSource = (url) => new EventSource(url),
    private readonly soon: (then: Listener) => void = (then) => void requestAnimationFrame(then),
  ) {}

  subscribe = (listener: Listener): Listener => {
    this.listeners.add(listener);
    if (!this.source) this.open();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  };

  /** Have the activities of a journey counted while somebody looks at it. */
  watch(journey: string): Listener {
    this.watched.set(journey, (this.watched.get(journey) ?? 0) + 1);
    if (this.watched.get(journey) === 1) this.reopen();
    return () => {
      const left = (this.watched.get(journey) ?? 1) - 1;
      if (left > 0) this.watched.set(journey, left);
      else {
        this.watched.delete(journey);
        this.activities.delete(journey);
        this.reopen();
      }
    };
  }

  activitiesOf = (journey: string): LiveActivity[] | undefined => this.activities.get(journey);

  take(told: Told, whole: boolean): void {
    const { segments, journeys, ...head } = told;
    this.head = { ...(whole ? undefined : this.head), ...head } as Head;
    if (segments && (whole || Object.keys(segments).length)) this.segments = merged(whole ? new Map() : this.segments, segments);
    if (journeys && (whole || Object.keys(journeys).length)) this.journeys = merged(whole ? new Map() : this.journeys, journeys);
    this.tell();
  }

  takeJourney({ journey, activities }: { journey: string; activities: LiveActivity[] }): void {
    this.activities.set(journey, activities);
    this.tell();
  }

  private open(): void {
    this.turn("connecting");
    const names = [...this.watched.keys()].map((name) => `journey=${encodeURIComponent(name)}`).join("&");
    const source = (this.source = this.connect(`/api/live${names ? `?${names}` : ""}`));
    const on = <T>(name: string, then: (data: T) => void) =>
      source.addEventListener(name, (event) => then(JSON.parse((event as MessageEvent<string>).data) as T));
    source.onopen = () => this.turn("open");
    source.onerror = () => this.turn("connecting");
    on<Told>("picture", (told) => this.take(told, true));
    on<Told>("change", (told) => this.take(told, false));
    on<{ journey: string; activities: LiveActivity[] }>("journey", (told) => this.takeJourney(told));
  }

  private reopen(): void {
    if (!this.source) return;
    this.source.close();
    this.open();
  }

  private close(): void {
    this.source?.close();
    this.source = null;
    this.state = "closed";
  }

  private turn(state: State): void {
    this.state = state;
    this.tell();
  }

  private tell(): void {
    if (this.frame) return;
    this.frame = true;
    this.soon(() => {
      this.frame = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}

function merged<T>(before: ReadonlyMap<string, T>, told: Record<string, T | null>): ReadonlyMap<string, T> {
  const found = new Map(before);
  for (const [name, one] of Object.entries(told)) {
    if (one === null) found.delete(name);
    else found.set(name, one);
  }
  return found;
}

export const live = new Live();

/** A part of what is live; the component renders again when that part is another one. */
const useLive = <T>(pick: () => T): T => useSyncExternalStore(live.subscribe, pick);

export const useHead = (): Head | undefined => useLive(() => live.head);
export const useLiveSegments = (): ReadonlyMap<string, LiveSegment> => useLive(() => live.segments);
export const useLiveSegment = (id: string): LiveSegment | undefined => useLive(() => live.segments.get(id));
export const useLiveJourneys = (): ReadonlyMap<string, LiveJourney> => useLive(() => live.journeys);
export const useLiveJourney = (id: string): LiveJourney | undefined => useLive(() => live.journeys.get(id));
export const useConnection = (): State => useLive(() => live.state);
/** Counters of every activity of a journey; call `live.watch(journey)` in an effect beside it. */
export const useLiveActivities = (journey: string): LiveActivity[] | undefined => useLive(() => live.activitiesOf(journey));
