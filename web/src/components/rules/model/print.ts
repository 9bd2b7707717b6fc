/** What the simple editor holds -> the rule tree, with the place of every rule in it. */
import type { EventRule, Group, ItemsRule, Rule, SegmentRule, Test, ValueRule, Window } from "./rule";

type Plain = Record<string, unknown>;

export interface Printed {
  /** `null`: there is nothing in it. */
  tree: unknown;
  /** Places as problems name them (`rule.all[1].where`), with the id of the rule that stands there. */
  places: Map<string, string>;
}

/** `without` are rules that are left out: those that are not finished yet. */
export function printRule(rule: Group, without: ReadonlySet<string> = new Set()): Printed {
  const printer = new Printer(without);
  return { tree: printer.rule(rule, "rule"), places: printer.places };
}

export const tree = (rule: Group): unknown => printRule(rule).tree;

class Printer {
  readonly places = new Map<string, string>();
  constructor(private readonly without: ReadonlySet<string>) {}

  rule(rule: Rule, place: string): unknown {
    if (this.without.has(rule.id)) return null;
    const within = rule.not ? `${place}.not` : place;
    const said = this.positive(rule, within);
    if (said === null) return null;
    // A group of one stands where its only rule stands, and a problem is about that.
    if (!this.places.has(place)) this.places.set(place, rule.id);
    return rule.not ? { not: said } : said;
  }

  private positive(rule: Rule, place: string): unknown {
    switch (rule.kind) {
      case "group":
        return this.group(rule, place);
      case "value":
        return valueOf(rule);
      case "segment":
        return segmentOf(rule);
      case "event":
        return this.event(rule, place);
      case "items":
        return this.items(rule, place);
      case "kept":
        return rule.shape;
    }
  }

  private group({ join, rules, bare }: Group, place: string): unknown {
    const left = rules.filter((rule) => !this.empty(rule));
    if (!left.length) return null;
    if (bare && left.length === 1 && join !== "none") return this.rule(left[0]!, place);
    return { [join]: left.map((rule, number) => this.rule(rule, `${place}.${join}[${number}]`)) };
  }

  private empty(rule: Rule): boolean {
    return this.without.has(rule.id) || (rule.kind === "group" && rule.rules.every((each) => this.empty(each)));
  }

  private event({ event, where, over, measure, window, test }: EventRule, place: string): Plain {
    const said: Plain = { event };
    if (over) said.over = over;
    const filter = this.rule(where, `${place}.where`);
    if (filter !== null) said.where = filter;
    if (measure.of !== null) said[measure.kind] = measure.of;
    Object.assign(said, windowOf(window, measure.kind === "last"));
    return test ? { ...said, ...testOf(test) } : said;
  }

  private items({ how, list, where }: ItemsRule, place: string): Plain | null {
    const filter = this.rule(where, `${place}.where`);
    return filter === null ? null : { [how]: list, where: filter };
  }
}

const valueOf = ({ subject, path, test }: ValueRule): Plain => ({ [subject]: subject === "item" ? true : path, ...testOf(test) });

function segmentOf({ how, segments }: SegmentRule): Plain {
  const only = segments[0];
  if (how === "exited" || how === "never") return { segment_status: only, is: how };
  if (segments.length > 1) return { segment: { [how]: segments } };
  return how === "none" ? { not: { segment: only } } : { segment: only };
}

export function testOf({ op, value, ignoreCase, zone }: Test): Plain {
  if (op === "holds") return {};
  if (op === "is_set" || op === "is_not_set") return { is_set: op === "is_set" };
  return { [op]: value, ...(ignoreCase && { ignore_case: true }), ...(zone && { zone }) };
}

function windowOf(window: Window, lastIsValue: boolean): Plain {
  const zone = "zone" in window && window.zone ? { zone: window.zone } : {};
  switch (window.kind) {
    case "ever":
      return {};
    case "in_last":
    case "more_than_ago":
      return { [window.kind]: window.length };
    case "between_ages":
      return { between_ages: [window.newest, window.oldest] };
    case "this":
      return { this: window.unit, ...zone };
    case "last":
      return { [lastIsValue ? "previous" : "last"]: window.unit, ...zone };
    case "last_units":
      return { last_units: { unit: window.unit, count: window.count, ...(window.current && { include_current: true }) }, ...zone };
    case "dates":
      return { ...(window.from && { from: window.from }), ...(window.until && { until: window.until }), ...zone };
    case "kept":
      return window.shape;
  }
}

/** The rule that a problem is about: the one whose place is the longest beginning of the problem's. */
export function ruleAt(places: ReadonlyMap<string, string>, where: string | null | undefined): string | undefined {
  for (let place = where ?? ""; place; place = place.replace(/(\[\d+\]|\.?[^.[\]]+)$/, "")) {
    const found = places.get(place);
    if (found) return found;
  }
  return undefined;
}
