import { expect, test } from "vitest";

const files = import.meta.glob<{ default: object }>(["../../features/*/words/*.json", "../../components/**/words/*.json", "./*.json"], { eager: true });

/** Every word's path; the endings of plurals differ between languages (French has `many`). */
function keys(value: object, before = ""): string[] {
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === "string" ? [`${before}${name.replace(/_(zero|one|two|few|many|other)$/, "")}`] : keys(part as object, `${before}${name}.`),
  );
}

const texts = (value: object): string[] => Object.values(value).flatMap((part) => (typeof part === "string" ? [part] : texts(part as object)));
const slots = (value: object): Record<string, string[]> =>
  Object.fromEntries(Object.entries(value).flatMap(([name, part]) => (typeof part === "string" ? [[name, [...part.matchAll(/\{\{\s*(\w+)/g)].map((found) => found[1]!).sort()]] : Object.entries(slots(part as object)).map(([inner, found]) => [`${name}.${inner}`, found]))));

const english = Object.keys(files).filter((path) => path.endsWith("/en.json"));

test.each(english)("%s has the same words in French", (path) => {
  const en = files[path]!.default;
  const fr = files[path.replace(/en\.json$/, "fr.json")]?.default;
  expect(fr, "there is no French file").toBeDefined();
  expect([...new Set(keys(fr!))].sort()).toEqual([...new Set(keys(en))].sort());
  expect(texts(fr!).filter((text) => text.trim() === "")).toEqual([]);
});

test.each(english)("%s fills the same slots in French", (path) => {
  const en = slots(files[path]!.default);
  const fr = slots(files[path.replace(/en\.json$/, "fr.json")]?.default ?? {});
  for (const name of Object.keys(en).filter((key) => key in fr && !/_(zero|one)$/.test(key))) expect({ [name]: fr[name] }).toEqual({ [name]: en[name] });
});
