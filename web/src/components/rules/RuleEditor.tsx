/**
 * Edits a rule without writing: groups of conditions that are chosen from lists, dragged, or moved by keyboard.
 *
 *     <RuleEditor rule={rule} onChange={setRule} vocabulary={vocabulary} problems={problems} />
 *
 * `rule` comes from `readRule(tree)`, `tree(rule)` is the rule tree again; `gaps(rule)` says what is not finished.
 */
import { Box, VisuallyHidden } from "@mantine/core";
import { useMemo, useState } from "react";
import { type Editing, EditingProvider } from "./context";
import { GroupBox } from "./GroupBox";
import type { Place } from "./model/edit";
import { gaps } from "./model/gaps";
import type { Group } from "./model/rule";
import { profileScope, type Scope, type Vocabulary } from "./model/vocabulary";

export interface RuleEditorProps {
  rule: Group;
  /** `as` names what is edited: changes with the same name, one after the other, can be undone as one. */
  onChange: (rule: Group, as?: string) => void;
  vocabulary: Vocabulary;
  problems?: ReadonlyMap<string, readonly string[]>;
  readOnly?: boolean;
  /** What conditions are about; the profile, unless it is about an event at hand. */
  scope?: Scope;
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

export function RuleEditor({ rule, onChange, vocabulary, problems = NONE, readOnly = false, scope }: RuleEditorProps) {
  const [dragged, drag] = useState<string | null>(null);
  const [target, aim] = useState<Place | null>(null);
  const [said, say] = useState("");
  const take = (id: string | null) => {
    drag(id);
    aim(null);
  };
  const open = useMemo(() => gaps(rule), [rule]);
  const editing: Editing = { root: rule, vocabulary, readOnly, problems, gaps: open, change: onChange, dragged, drag: take, target, aim, say };
  return (
    <EditingProvider value={editing}>
      <Box>
        <GroupBox group={rule} scope={scope ?? profileScope(vocabulary)} top />
      </Box>
      <VisuallyHidden aria-live="assertive">{said}</VisuallyHidden>
    </EditingProvider>
  );
}
