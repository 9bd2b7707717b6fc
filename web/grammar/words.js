// The words of PQL that may be written in upper or lower case.
import { AndWord, ChainWord, CountWord, NotWord, OrWord, WhatWord, WhenWord, WhereWord } from "./pql.terms.js";

const words = new Map(
  Object.entries({
    and: AndWord,
    or: OrWord,
    not: NotWord,
    chain: ChainWord,
    what: WhatWord,
    when: WhenWord,
    where: WhereWord,
    count: CountWord,
  }),
);

export const anyCase = (text) => words.get(text.toLowerCase()) ?? -1;
