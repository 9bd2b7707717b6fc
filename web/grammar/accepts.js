// Which expressions the grammars do not take, or leave in one colour: node grammar/accepts.js FOLDER < expressions.jsonl
// A line is {"language": "journey" | "pql", "text": …}; a line of output is {"language", "text", "problem"}.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { join, resolve } from "node:path";
import { highlightTree, classHighlighter } from "@lezer/highlight";

/** What is wrong with how `parser` reads `text`, or null. Every character that is no space must be highlighted. */
export function problem(parser, text) {
  const tree = parser.parse(text);
  const errors = [];
  tree.iterate({ enter: (node) => void (node.type.isError && errors.push(node.from)) });
  if (errors.length) return `not understood at ${errors.join(", ")}`;
  const plain = [...text];
  const seen = new Array(text.length).fill(false);
  highlightTree(tree, classHighlighter, (from, to) => seen.fill(true, from, to));
  const bare = seen.findIndex((done, at) => !done && text[at].trim() !== "");
  return bare < 0 ? null : `nothing highlights ${JSON.stringify(plain.slice(bare, bare + 12).join(""))}`;
}

async function main(folder) {
  const parsers = {};
  for (const language of ["journey", "pql"]) {
    parsers[language] = (await import(pathToFileURL(resolve(join(folder, `${language}.js`))))).parser;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const { language, text } = JSON.parse(line);
    const found = problem(parsers[language], text);
    if (found) console.log(JSON.stringify({ language, text, problem: found }));
  }
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) await main(process.argv[2]);
