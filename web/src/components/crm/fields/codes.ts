/** Codes out of words: short, in capitals, of letters and figures. */
const KINDS = new Set([
  "mailing_group", "industry_group", "business_relation", "job_responsibility", "organizational_level", "territory", "country", "language", "salutation", "campaign_status", "close_code", "interaction_group",
]);

/** Whether codes of a kind can be set up with a description alone. */
export const isKind = (kind: string): boolean => KINDS.has(kind);

export const codeOf = (words: string): string =>
  words
    .normalize("NFD")
    .replace(/[̀-ͯ]/g, "")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, " ")
    .trim()
    .replaceAll(" ", "-")
    .slice(0, 20)
    .replace(/-$/, "");

/** The value of the entry that sets up what was typed; no code begins so. */
export const NEW = "+";

interface Option {
  value: string;
  label: string;
}

/** The choices, and at their end what was typed, to be set up, where it is none of them. */
export function withTyped(options: readonly Option[], typed: string, word: (words: string) => string): Option[] {
  const words = typed.trim();
  if (!codeOf(words) || options.some(({ value, label }) => label === words || value === codeOf(words))) return [...options];
  return [...options, { value: `${NEW}${words}`, label: word(words) }];
}
