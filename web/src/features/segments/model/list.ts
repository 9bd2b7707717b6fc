/** What a list of segments is asked for, as it stands in the address. */
export const SIZE = 50;
export const STATES = ["published", "draft", "inactive", "deleted"] as const;
export type StateName = (typeof STATES)[number];

export const LIST = { search: "", sort: "name", state: "", offset: 0 };
export type View = typeof LIST;

/** States stand in one word of the address: `published.draft`; none is all but deleted ones. */
export const statesOf = (view: View): StateName[] => {
  const named = view.state.split(".");
  return STATES.filter((state) => named.includes(state));
};
export const stateWord = (states: readonly string[]): string => STATES.filter((state) => states.includes(state)).join(".");

/** Whether anything keeps rows out, so that an empty list has another reason than that there are none. */
export const narrowed = (view: View): boolean => view.search !== "" || statesOf(view).length > 0;
