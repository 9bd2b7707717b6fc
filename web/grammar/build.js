// Builds the parsers from the grammars: node grammar/build.js [FOLDER]
import { buildParserFile } from "@lezer/generator";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Writes one parser per grammar into `folder`; a warning of the generator is an error. */
export function build(folder) {
  mkdirSync(folder, { recursive: true });
  for (const language of ["journey", "pql"]) {
    const { parser, terms } = buildParserFile(readFileSync(join(here, `${language}.grammar`), "utf8"), {
      fileName: `${language}.grammar`,
      moduleStyle: "es",
      warn: (message) => {
        throw new Error(message);
      },
    });
    writeFileSync(join(folder, `${language}.js`), parser);
    writeFileSync(join(folder, `${language}.terms.js`), terms);
  }
  for (const file of ["highlighting.js", "words.js"]) copyFileSync(join(here, file), join(folder, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(process.argv[2] ?? join(here, "built"));
