/** The canvas of a journey: with tools for a draft, and to read with live numbers for everything else. */
import { useMediaQuery } from "@mantine/hooks";
import { useMay } from "~/lib/session";
import { EditCanvas } from "./EditCanvas";
import { ReadCanvas } from "./ReadCanvas";
import type { Editor } from "./useEditor";

export interface CanvasTabProps {
  id: string;
  editor: Editor;
  status: string;
}

export function CanvasTab({ id, editor, status }: CanvasTabProps) {
  const small = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const may = useMay("journeys:write");
  if (editor.editable && may && !small) return <EditCanvas id={id} editor={editor} />;
  return <ReadCanvas id={id} editor={editor} status={status} small={small ?? false} />;
}
