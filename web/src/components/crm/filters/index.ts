/** The filter editor of the CRM and what belongs to it. */
export { FilterEditor } from "./FilterEditor";
export { FilterWords } from "./Words";
export { Matching, useMatching } from "./Matching";
export { type Choice, contactChoice, useContactSearch, useKnown } from "./known";
export { type FilterShape, filled, isBlank, segmentsIn } from "./model/shape";
export { quoted } from "./model/expression";
