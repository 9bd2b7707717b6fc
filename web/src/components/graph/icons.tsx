/** A sign for each kind of activity: strokes on a grid of 20, in the colour of the text around them. */
import { memo } from "react";
import { groupOf } from "./model";

const SIGNS: Record<string, string> = {
  entry: "M4 10h9M9.5 6l4 4-4 4M16.5 4v12",
  email: "M3 5.5h14v9H3zM3 6l7 5 7-5",
  sms: "M3.5 4.5h13v8.5h-7L6 16v-3H3.5zM7 8.8h.01M10 8.8h.01M13 8.8h.01",
  push: "M10 3.5c-3 0-4.5 2-4.5 4.5v3L4 13.5h12L14.5 11V8c0-2.5-1.5-4.5-4.5-4.5zM8.5 16h3",
  choose_channel: "M3 10h4M7 10l4-5h5M7 10l4 5h5M7 10h9",
  wait: "M10 3.5a6.5 6.5 0 1 0 .01 0M10 6.5V10l2.5 2",
  wait_for_event: "M10 3.5a6.5 6.5 0 1 0 .01 0M11 5.5 7.5 10.5h2.5l-1 4 3.5-5H10z",
  wait_for_segment: "M7.5 9a2.5 2.5 0 1 0-.01 0M3 16c0-3 2-4.5 4.5-4.5S12 13 12 16M15 5v3.5l2 1.5M15 4.5a4 4 0 0 1 0 9",
  wait_for_signal: "M4 4l9 4-4 1.5L7.5 14zM11.5 12l4 4",
  condition: "M10 3l6.5 7-6.5 7-6.5-7zM8.300 8.200c0-2.200 3.400-2 3.400-.2 0 1.300-1.700 1.300-1.700 2.700M10 13h.01",
  split: "M10 3v5M10 8l-5.5 4.5V17M10 8l5.5 4.5V17",
  time_condition: "M10 3.5a6.5 6.5 0 1 0 .01 0M10 6v4H7M14.5 2.5l3 3",
  date_condition: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
  profile_cap: "M4 16V9M8 16V6M12 16v-4M16 16V4M3 3.5h8",
  webhook: "M3 10a7 7 0 1 0 14 0 7 7 0 1 0-14 0M3 10h14M10 3c3 4 3 10 0 14M10 3c-3 4-3 10 0 14",
  custom_action: "M11 3 5 11h4l-1 6 6-8h-4z",
  update_profile: "M8 9a3 3 0 1 0-.01 0M2.5 17c0-3.5 2.5-5 5.5-5M11 16.5l1-3 4.5-4.5 2 2-4.5 4.5z",
  add_to_list: "M3 5h14M3 10h7M3 15h7M14.5 10v7M11 13.5h7",
  remove_from_list: "M3 5h14M3 10h7M3 15h7M11 13.5h7",
  send_event: "M3 10l14-6.5-4 13-3.5-5zM9.5 11.5 17 3.5",
  fork: "M10 17V10M10 10 4.5 4M10 10l5.5-6M4.5 7.5V4H8M12 4h3.5v3.5",
  join: "M10 10v7M4.5 3 10 10l5.5-7M7.5 14.5 10 17l2.5-2.5",
  loop: "M15.5 8A6 6 0 1 0 16 11M16 4v4h-4",
  jump: "M3 15c0-6 4-9 9-9M9 3l4 3-4 3.5M16.5 3v14",
  call: "M3 7h11M11 4l3 3-3 3M17 13H6M9 10l-3 3 3 3",
  end: "M5 5h10v10H5z",
};

export const Sign = memo(function Sign({ kind, size = 18 }: { kind: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" strokeLinejoin="round" aria-hidden>
      <path d={SIGNS[kind] ?? SIGNS.custom_action} />
    </svg>
  );
});

/** The sign on the colour of its group. */
export function Tile({ kind }: { kind: string }) {
  return (
    <span className="graph-tile" data-group={groupOf(kind)}>
      <Sign kind={kind} />
    </span>
  );
}
