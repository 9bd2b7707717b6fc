/**
 * What the server says is wrong, in the language of the user. The server speaks English; what its codes mean stands in
 * French beside this file, for those that somebody meets here, and what it said itself goes along: it names the values.
 */
import i18next from "i18next";
import type { Problem } from "~/lib/api/request";

export async function inWords(problem: Problem): Promise<Problem> {
  if (i18next.language !== "fr") return problem;
  const words: Record<string, string> = await import("./fr.json").then((found) => found.default, () => ({}));
  return said(problem, words);
}

export function said(problem: Problem, words: Record<string, string>): Problem {
  const message = words[problem.code];
  return {
    ...problem,
    ...(message ? { message, original: problem.message } : {}),
    ...(problem.problems ? { problems: problem.problems.map((each) => said(each, words)) } : {}),
  };
}
