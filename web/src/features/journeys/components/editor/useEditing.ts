/** What happens on the canvas, as edits of the journey. The functions stay the same, so nothing is drawn again for them. */
import { useMemo, useRef } from "react";
import type { Editing } from "~/components/graph";
import { connection, ENTRY, freshName, GRID, nodeOutlets, type Refusal } from "~/components/graph/model";
import type { Editor } from "./useEditor";
import type { WayAsked } from "./WayMenu";

interface Shows {
  select: (id: string | null) => void;
  open: (way: WayAsked | null) => void;
  refuse: (why: Refusal | null) => void;
}

const snapped = ({ x, y }: { x: number; y: number }) => ({ x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID });

export function useEditing(editor: Editor, shows: Shows) {
  const now = useRef({ editor, shows });
  now.current = { editor, shows };
  return useMemo(() => {
    const put = (kind: string, more: { behind?: { source: string; handle: string }; at?: { x: number; y: number } }) => {
      const { editor: to, shows: show } = now.current;
      const id = freshName(to.draft.journey.activities, kind);
      to.edit({ do: "add", kind, id, ...more });
      show.refuse(null);
      show.select(id);
    };
    /** Behind the way that was asked for, or the first free one of what is selected, or else of the entry. */
    const add = (kind: string, selected: string | null, way?: WayAsked) => {
      const { journey } = now.current.editor.draft;
      if (way) return put(kind, { behind: { source: way.source, handle: way.handle } });
      const source = selected ?? ENTRY;
      const ways = nodeOutlets(journey, source).filter(({ kind: each }) => each !== "again" && each !== "error");
      const handle = (ways.find(({ targets }) => !targets.length) ?? ways[0])?.handle;
      if (handle) put(kind, { behind: { source, handle } });
      else now.current.shows.refuse("no_way_out");
    };
    const connect = ({ source, handle }: { source: string; handle: string }, target: string) => {
      const { editor: to, shows: show } = now.current;
      const found = connection(to.draft.journey, source, handle, target);
      show.refuse("refused" in found ? found.refused : null);
      if ("targets" in found) to.edit({ do: "connect", source, handle, targets: found.targets });
    };
    const editing: Editing = {
      onConnect: (source, handle, targets) => {
        now.current.shows.refuse(null);
        now.current.editor.edit({ do: "connect", source, handle, targets });
      },
      onRefused: (why) => now.current.shows.refuse(why),
      onDisconnect: (source, handle, target) => now.current.editor.edit({ do: "disconnect", source, handle, target }),
      onRemove: (ids) => {
        now.current.editor.edit({ do: "remove", ids });
        now.current.shows.select(null);
      },
      onMove: (places) => now.current.editor.edit({ do: "move", places }, `move ${Object.keys(places).join()}`),
      onWay: (source, handle, screen, at) => now.current.shows.open({ source, handle, screen, at }),
      onDrop: (kind, at, behind) => put(kind, behind ? { behind } : { at: snapped(at) }),
    };
    return { editing, add, connect };
  }, []);
}
