import { describe, expect, it } from "vitest";
import { candidates, connection, countersOf, type Draft, edited, ENTRY, freshName, graphOf, type JourneyDefinition, nameFrom, nodeAt, outletsOf, placed, placesOf, problemsByNode, reachable, refusal, sizeOf, summary } from ".";
import { begin, did, redo, undo } from "./history";

const journey: JourneyDefinition = {
  journey: "win-back",
  entry: { segment: "lapsing", on: "enter" },
  start: "who",
  activities: {
    who: { type: "condition", paths: [{ label: "family", when: { segment: "parents" }, to: "mail" }, { when: { segment: "gold" }, to: "done" }], otherwise: "waiting" },
    mail: { type: "email", to: "x", subject: "s", then: "waiting", on_error: "done" },
    waiting: { type: "wait_for_event", event: "purchase", timeout: "14 days", then: "done", on_timeout: "again" },
    again: { type: "loop", again: "mail", times: 3, then: "done" },
    done: { type: "end" },
  },
};
const draft: Draft = { journey, moved: {} };

describe("the graph of a journey", () => {
  it("has an edge for each target of each way", () => {
    expect(graphOf(journey).edges.map(({ source, handle, target }) => `${source} ${handle} ${target}`)).toEqual([
      `${ENTRY} start who`, "who paths.0 mail", "who paths.1 done", "who otherwise waiting", "mail then waiting", "mail on_error done",
      "waiting then done", "waiting on_timeout again", "again again mail", "again then done",
    ]);
  });
  it("knows every way out that may be drawn", () => {
    expect(outletsOf({ type: "custom_action", action: "x" }).map(({ handle }) => handle)).toEqual(["then", "on_timeout", "on_error"]);
    expect(outletsOf({ type: "fork", branches: ["a", ["b", "c"]] }).map(({ targets }) => targets)).toEqual([["a"], ["b", "c"]]);
    expect(outletsOf({ type: "end" })).toEqual([]);
  });
  it("leaves out targets that do not exist", () => {
    expect(graphOf({ ...journey, start: ["who", "nowhere"] }).edges.filter(({ source }) => source === ENTRY)).toHaveLength(1);
  });
  it("follows no way back of a loop", () => {
    expect([...reachable(journey, "again")].sort()).toEqual(["again", "done"]);
  });
});

describe("layout", () => {
  it("leads down, and nothing lies on anything else", () => {
    const graph = graphOf(journey);
    const places = placesOf(graph);
    for (const { source, target, kind } of graph.edges) if (kind !== "again") expect(places[source]!.y).toBeLessThan(places[target]!.y);
    const boxes = graph.nodes.map((node) => ({ ...places[node.id]!, ...sizeOf(node) }));
    for (const [place, a] of boxes.entries())
      for (const b of boxes.slice(place + 1)) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
  });
  it("keeps what was moved by hand, and forgets what is gone", () => {
    expect(placed({ a: { x: 0, y: 0 } }, { a: { x: 5, y: 5 }, gone: { x: 1, y: 1 } })).toEqual({ a: { x: 5, y: 5 } });
  });
});

describe("connections", () => {
  it.each([
    ["mail", "then", ENTRY, "into_entry"],
    ["mail", "then", "mail", "itself"],
    ["mail", "then", "waiting", "twice"],
    ["mail", "nothing", "done", "no_way_out"],
    ["mail", "then", "gone", "unknown"],
    ["again", "then", "mail", "cycle"],
    ["waiting", "then", "who", "cycle"],
    ["mail", "then", "done", "race"],
    ["again", "again", "done", "loop_leads_forward"],
    ["again", "again", "waiting", null],
  ])("%s %s to %s: %s", (source, handle, target, expected) => {
    expect(refusal(journey, source, handle, target)).toBe(expected);
  });
  it("lets waits race, and moves every other way", () => {
    const racing: JourneyDefinition = { ...journey, activities: { a: { type: "wait", for: "1 day" }, b: { type: "wait", for: "2 days" }, c: { type: "end" } }, start: "a" };
    expect(connection(racing, ENTRY, "start", "b")).toEqual({ targets: ["a", "b"] });
    expect(connection(racing, ENTRY, "start", "c")).toEqual({ targets: ["c"] });
  });
  it("offers only what may be connected", () => {
    expect(candidates(journey, "mail", "on_error")).toEqual(["waiting", "again"]);
    for (const { id, outlets } of graphOf(journey, true).nodes)
      for (const { handle } of outlets)
        expect(candidates(journey, id, handle)).toEqual(Object.keys(journey.activities).filter((target) => refusal(journey, id, handle, target, true) === null));
  });
});

describe("edits", () => {
  const after = (...edits: Parameters<typeof edited>[1][]) => edits.reduce(edited, draft).journey;

  it("inserts between a way and what it led to", () => {
    const { activities } = after({ do: "add", kind: "wait", behind: { source: "who", handle: "paths.0" } });
    expect(activities.who?.paths).toEqual([{ label: "family", when: { segment: "parents" }, to: "wait" }, { when: { segment: "gold" }, to: "done" }]);
    expect(activities.wait).toEqual({ type: "wait", for: "1 day", then: "mail" });
  });
  it("inserts a condition so that its first path leads on", () => {
    expect(after({ do: "add", kind: "condition", behind: { source: ENTRY, handle: "start" } })).toMatchObject({
      start: "condition",
      activities: { condition: { paths: [{ label: "yes", to: "who" }] } },
    });
  });
  it("knows the message that a signal is of", () => {
    expect(after({ do: "add", kind: "wait_for_signal", behind: { source: "mail", handle: "then" } }).activities["wait-for-signal"]).toMatchObject({ of: "mail", then: "waiting" });
  });
  it("removes an activity, and closes the gap", () => {
    const { activities } = after({ do: "remove", ids: ["mail"] });
    expect(activities.mail).toBeUndefined();
    expect(activities.who?.paths).toMatchObject([{ to: "waiting" }, { to: "done" }]);
    expect(activities.again?.again).toBe("waiting");
  });
  it("never removes the entry", () => expect(after({ do: "remove", ids: [ENTRY] })).toBe(journey));
  it("duplicates activities with the ways among them", () => {
    const { activities } = after({ do: "duplicate", ids: ["mail", "waiting"] });
    expect(activities["mail-2"]).toEqual({ type: "email", to: "x", subject: "s", then: "waiting-2" });
    expect(activities["waiting-2"]).toEqual({ type: "wait_for_event", event: "purchase", timeout: "14 days" });
  });
  it("renames an activity wherever it is named", () => {
    const { activities } = after({ do: "rename", id: "mail", to: "reminder" });
    expect(Object.keys(activities)).toEqual(["who", "reminder", "waiting", "again", "done"]);
    expect(activities.who?.paths).toMatchObject([{ to: "reminder" }, { to: "done" }]);
    expect(activities.again?.again).toBe("reminder");
  });
  it("refuses a name that is taken or none", () => {
    expect(after({ do: "rename", id: "mail", to: "done" })).toBe(journey);
    expect(after({ do: "rename", id: "mail", to: "two words" })).toBe(journey);
  });
  it("changes settings, and leaves out what is no longer said", () => {
    expect(after({ do: "change", id: "waiting", settings: { timeout: undefined, event: "visit" } }).activities.waiting).toEqual({ type: "wait_for_event", event: "visit", then: "done", on_timeout: "again" });
    expect(after({ do: "change", id: ENTRY, settings: { on: "exit" } }).entry).toEqual({ segment: "lapsing", on: "exit" });
  });
  it("disconnects one way, and only that", () => {
    expect(after({ do: "disconnect", source: "mail", handle: "on_error", target: "done" }).activities.mail).toEqual({ type: "email", to: "x", subject: "s", then: "waiting" });
  });
  it("leaves the journey before it as it was", () => {
    const kept = structuredClone(journey);
    after({ do: "remove", ids: ["who", "mail"] }, { do: "add", kind: "fork" }, { do: "rename", id: "done", to: "fin" });
    expect(journey).toEqual(kept);
  });
});

describe("undo", () => {
  it("goes back and forth, and forgets the future with a new edit", () => {
    const three = did(did(begin(1), 2), 3);
    expect(undo(undo(three)).now).toBe(1);
    expect(redo(undo(three)).now).toBe(3);
    expect(redo(did(undo(three), 4)).now).toBe(4);
    expect(undo(begin(1)).now).toBe(1);
  });
  it("takes back what was typed into one field at once", () => {
    const typed = did(did(did(begin(""), "a", "subject"), "ab", "subject"), "abc", "body");
    expect(undo(typed).now).toBe("ab");
    expect(undo(undo(typed)).now).toBe("");
  });
});

describe("numbers and problems", () => {
  it("puts what was counted at nodes and ways", () => {
    const counts = [{ activity: "entry", arrived: 9, waiting: 0, left: 9 }, { activity: "waiting", arrived: 9, waiting: 4, left: 5 }];
    const ways = [["entry", "entered"], ["who", "family"], ["who", "path 2"], ["who", "otherwise"], ["waiting", "timeout"], ["waiting", "event"], ["mail", "error"], ["done", "finished"]];
    const found = countersOf(journey, counts, ways.map(([activity = "", label = ""], runs) => ({ activity, label, runs })));
    expect(found.nodes[ENTRY]).toEqual({ arrived: 9, waiting: 0, left: 9 });
    expect(found.nodes.done).toEqual({ arrived: 0, waiting: 0, left: 0 });
    expect(found.ways).toEqual({ [`${ENTRY}|start`]: 0, "who|paths.0": 1, "who|paths.1": 2, "who|otherwise": 3, "waiting|on_timeout": 4, "waiting|then": 5, "mail|on_error": 6 });
  });
  it("shows problems where they are", () => {
    expect(nodeAt("activities.mail.paths[1].when.attribute")).toEqual({ node: "mail", setting: "paths[1].when.attribute" });
    expect(nodeAt("entry.event")).toEqual({ node: ENTRY, setting: "event" });
    const told = ["activities.mail.subject", "activities.gone.to", "start", "zone"].map((where) => ({ code: "x", message: "y", where }));
    const found = problemsByNode(told, journey);
    expect([...found].map(([node, { length }]) => [node, length])).toEqual([["mail", 1], ["", 2], [ENTRY, 1]]);
  });
});

describe("names", () => {
  it("are never taken twice", () => {
    expect(freshName({}, "wait_for_event")).toBe("wait-for-event");
    expect(freshName({ wait: 1, "wait-2": 1 }, "wait")).toBe("wait-3");
    expect(nameFrom("Été : relance (2)")).toBe("ete-relance-2");
  });
});

describe("reading", () => {
  it("shows no ways for trouble that nobody drew", () => {
    const mail = (every: boolean) => graphOf({ ...journey, activities: { mail: { type: "email", then: "end" }, end: { type: "end" } }, start: "mail" }, every).nodes[1];
    expect(mail(false)).toMatchObject({ outlets: [{ handle: "then" }], foot: false });
    expect(mail(true)).toMatchObject({ outlets: [{ handle: "then" }, { handle: "on_error" }], foot: true });
  });
  it("keeps paths in their order", () => {
    const paths = ["a", "b", "c", "d"].map((to) => ({ label: to, to }));
    const places = placesOf(graphOf({ ...journey, start: "x", activities: { x: { type: "condition", paths, otherwise: "e" }, ...Object.fromEntries(["d", "b", "e", "a", "c"].map((id) => [id, { type: "end" }])) } }));
    expect(["a", "b", "c", "d", "e"].sort((one, other) => places[one]!.x - places[other]!.x).join("")).toBe("abcde");
  });
});

it("says lengths of time in the language of the user", () => {
  const wait = (settings: object, language: string) => summary({ type: "wait", ...settings }, language);
  expect(wait({ for: "7 days" }, "en")).toBe("7 days");
  expect(wait({ for: "1 day" }, "fr")).toMatch(/^1\s+jour$/);
  expect(wait({ for: "2 hours 30 minutes" }, "fr")).toBe("2 hours 30 minutes");
});
