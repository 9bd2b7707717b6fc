import { describe, expect, it } from "vitest";
import { graphOf, type JourneyDefinition, placesOf, sizeOf } from ".";
import { withoutFar } from "./layout";

/** A long chain, from every third activity of which a way leads straight to the end. */
function chain(length: number): JourneyDefinition {
  const next = (number: number) => (number + 1 < length ? `a${number + 1}` : "done");
  const steps = Array.from({ length }, (_, number) => [`a${number}`, number % 3 ? { type: "wait", for: "1 day", then: next(number) } : { type: "condition", paths: [{ when: { segment: "gold" }, to: next(number) }], otherwise: "done" }]);
  return { journey: "long", entry: { segment: "lapsing", on: "enter" }, start: "a0", activities: { ...Object.fromEntries(steps), done: { type: "end" } } };
}
const downOf = (journey: JourneyDefinition) => graphOf(journey).edges.map(({ id, source, target }) => ({ id, from: source, to: target, weight: 1 }));

describe("layout of many activities", () => {
  it("leads down, and nothing lies on anything else", () => {
    const graph = graphOf(chain(120));
    const places = placesOf(graph);
    for (const { source, target } of graph.edges) expect(places[source]!.y).toBeLessThan(places[target]!.y);
    const boxes = graph.nodes.map((node) => ({ ...places[node.id]!, ...sizeOf(node) }));
    for (const [place, a] of boxes.entries())
      for (const b of boxes.slice(place + 1)) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
  });
  it("leaves out the longest ways only, and none of a journey of usual size", () => {
    expect(withoutFar(downOf(chain(20)))).toHaveLength(downOf(chain(20)).length);
    const all = downOf(chain(120));
    const kept = new Set(withoutFar(all));
    const left = all.filter((edge) => !kept.has(edge));
    expect(left.length).toBeGreaterThan(0);
    const from = (number: string) => Number(number.slice(1));
    const near = [...kept].filter(({ id, to }) => to === "done" && id.includes("otherwise")).map((edge) => from(edge.from));
    expect(Math.max(...left.map((edge) => from(edge.from)))).toBeLessThan(Math.min(...near));
    expect(new Set([...kept].map(({ to }) => to))).toEqual(new Set(all.map(({ to }) => to)));
  });
  it("knows circles", () => {
    const circle = ["ab", "bc", "ca", "cd"].map((pair) => ({ id: pair, from: pair[0]!, to: pair[1]!, weight: 1 }));
    expect(withoutFar(circle)).toEqual(circle);
  });
});
