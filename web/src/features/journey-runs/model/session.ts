/** A test of a journey, written down as steps that are played from the beginning: taking one back is leaving it out. */
import { shown } from "./versions";

type Values = Record<string, unknown>;
export type Step =
  | { person: string; attributes?: Values; segments?: Record<string, boolean> }
  | { set: string; attributes: Values }
  | { member: string; segments: Record<string, boolean> }
  | { event: string; profile?: string; properties?: Values }
  | { signal: string; profile: string; activity: string }
  | { answer: string; status?: number; result?: string }
  | { choose: string; way?: string; wait?: string }
  | { advance: string }
  | { until: string };

export interface Standing {
  profile: string;
  run: number;
  status: string;
  activities: string;
  due: string | null;
}
export interface LogLine {
  time: string;
  profile: string;
  activity: string;
  text: string;
  message: Record<string, string> | null;
}
/** What came of the steps. */
export interface Session {
  mode: "test" | "simulation";
  now: string;
  log: LogLine[];
  people: Standing[];
  unreached: { activity: string; way: string }[];
  activities: { activity: string; arrived: number; waiting: number; left: number; errors: number }[];
  edges: { activity: string; label: string; runs: number }[];
}
export const sessionOf = (told: unknown): Session => told as Session;

/** Who was invited so far, in the order of coming. */
export const invited = (steps: readonly Step[]): string[] => [...new Set(steps.flatMap((step) => ("person" in step ? [step.person] : [])))];

/** The segments that a definition speaks of, wherever it does. */
export function segmentsIn(definition: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === "object")
      for (const [key, each] of Object.entries(value)) {
        if (key === "segment" && typeof each === "string") found.add(each);
        else walk(each);
      }
  };
  walk(definition);
  return [...found];
}

/** The events that a definition waits for or begins with: those are offered first. */
export function eventsIn(definition: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === "object")
      for (const [key, each] of Object.entries(value)) {
        if (key === "event" && typeof each === "string") found.add(each);
        else walk(each);
      }
  };
  walk(definition);
  return [...found];
}

/** The number of the step that could not be done; `null` where the problem is another one. */
export function failedStep(where: string | null | undefined): number | null {
  const found = /^steps\[(\d+)\]/.exec(where ?? "");
  return found ? Number(found[1]) : null;
}

const NUMBERS = new Set(["integer", "decimal", "number"]);

/** What was typed, as a value of a kind; `undefined` where nothing was said. */
export function valueOf(text: string, kind: string): unknown {
  const plain = text.trim();
  if (plain === "") return undefined;
  if (NUMBERS.has(kind)) return Number.isNaN(Number(plain)) ? plain : Number(plain);
  if (kind === "boolean") return plain === "true";
  if (kind === "object" || kind === "list" || kind.startsWith("list")) {
    try {
      return JSON.parse(plain);
    } catch {
      return plain;
    }
  }
  return plain;
}

/** Typed texts by name as values; what is empty is left out. */
export function valuesOf(texts: Readonly<Record<string, string>>, kinds: ReadonlyMap<string, string>): Values {
  const pairs = Object.entries(texts).map(([name, text]) => [name, valueOf(text, kinds.get(name) ?? "string")] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

export interface Told {
  key: string;
  values: Record<string, string>;
}

/** A step as words: the key of its sentence, and what fills it. */
export function told(step: Step): Told {
  if ("person" in step) return { key: "person", values: { profile: step.person, what: pairs(step.attributes) } };
  if ("set" in step) return { key: "set", values: { profile: step.set, what: pairs(step.attributes) } };
  if ("member" in step) {
    const [[segment = "", inside = true] = []] = Object.entries(step.segments);
    return { key: inside ? "enters" : "leaves", values: { profile: step.member, segment } };
  }
  if ("event" in step) return { key: step.profile ? "event" : "business_event", values: { event: step.event, profile: step.profile ?? "", what: pairs(step.properties) } };
  if ("signal" in step) return { key: `signal_${step.signal}`, values: { profile: step.profile, activity: step.activity } };
  if ("answer" in step) return { key: "answer", values: { activity: step.answer, what: step.result ?? String(step.status ?? 200) } };
  if ("choose" in step) return { key: step.way ? "choose" : "wait", values: { activity: step.choose, what: step.way ?? step.wait ?? "" } };
  return "advance" in step ? { key: "advance", values: { length: step.advance } } : { key: "until", values: { moment: step.until } };
}

const pairs = (values: Values | undefined): string =>
  Object.entries(values ?? {}).map(([name, value]) => `${name} ${shown(value, 40)}`).join(", ");
