import { List } from "~/features/worksheets";

export default function Worksheets() {
  return <List />;
}
