export { List } from "./components/List";
export { Sheet } from "./components/Sheet";
