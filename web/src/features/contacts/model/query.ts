/** The view of the list as filters of contacts. */
import { containing } from "~/components/crm/fields/search";

export interface View extends Record<string, string | number | boolean | undefined> {
  search: string;
  type: string;
  salesperson: string;
  country: string;
  group: string;
  filters: string;
  sort: string;
  offset: number;
  tab: string;
}

export const START: View = { search: "", type: "", salesperson: "", country: "", group: "", filters: "", sort: "no", offset: 0, tab: "list" };
export const PAGE = 50;

/** A code as it stands in a filter expression, whatever signs it holds. */
export const exactly = (value: string): string => `'${value.replaceAll("'", "''")}'`;

type Filters = Record<string, unknown>;

/** More filters, built or shared: plain data in the address; what cannot be read takes everybody. */
export function shared(text: string): Filters {
  if (!text) return {};
  try {
    const found: unknown = JSON.parse(text);
    return found && typeof found === "object" && !Array.isArray(found) ? (found as Filters) : {};
  } catch {
    return {};
  }
}

export function filtersOf(view: View): Filters {
  const more = shared(view.filters);
  const own = {
    ...(view.type ? { type: view.type } : {}),
    ...(view.salesperson ? { salesperson_code: exactly(view.salesperson) } : {}),
    ...(view.country ? { country_code: exactly(view.country) } : {}),
  };
  const both = { ...(more.contact as Filters | undefined), ...own };
  const found = containing(view.search);
  const others = more.any_of as Filters[] | undefined;
  const anyOf = found.any_of && others ? found.any_of.map((each) => ({ ...each, any_of: others })) : (found.any_of ?? others);
  return {
    ...more,
    ...(Object.keys(both).length ? { contact: both } : {}),
    ...(view.group ? { mailing_group: { code: exactly(view.group) } } : {}),
    ...(anyOf ? { any_of: anyOf } : {}),
  };
}

/** How many narrowing choices are on, for the word on the button that takes them off. */
export const narrowed = (view: View): number => [view.search, view.type, view.salesperson, view.country, view.group, view.filters].filter(Boolean).length;
