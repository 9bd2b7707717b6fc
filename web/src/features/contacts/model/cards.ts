/** vCards begin with a line of their own; everything else is taken for CSV. `start` is how the file begins. */
export const isCards = (name: string, start: string): boolean => /\.(vcf|vcard)$/i.test(name) || /^\uFEFF?BEGIN:VCARD/i.test(start.trimStart());
