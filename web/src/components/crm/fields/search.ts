/** The filter of a search field: a text anywhere in what people recognise a contact by, in any case. */
const LOOKED_AT = ["name", "no", "email", "company_name", "city", "phone_no", "mobile_phone_no"] as const;

/** Signs that mean something in filter expressions stand for any one character here. */
export const pattern = (text: string): string => `@*${text.trim().replace(/[|&()<>='"*?@]|\.(?=\.)/g, "?")}*`;

/** Filters of contacts that contain a text; none for a blank one. */
export function containing(text: string): { any_of?: { contact: Record<string, string> }[] } {
  if (!text.trim()) return {};
  return { any_of: LOOKED_AT.map((name) => ({ contact: { [name]: pattern(text) } })) };
}
