/** What every part of a worksheet's page shares: the header, doing something, and saying what came of it. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, createContext, useCallback, useContext, useMemo, useState } from "react";
import { changed } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { useMay } from "~/lib/session";
import type { Answers } from "../api/worksheets";
import type { Header } from "../model/types";
import { Dismissed, useQuestions } from "./Questions";

export interface Said {
  text: string;
  /** Whether going back one step takes it back. */
  undo?: boolean;
  more?: ReactNode;
}

interface SheetValue {
  header: Header;
  may: boolean;
  said: Said | null;
  say: (said: Said | null) => void;
  /** Do something with the worksheet: questions are asked, and what shows it reads it again. `null`: not done after all. */
  act: <T>(work: (answers: Answers) => Promise<T>) => Promise<T | null>;
}

const Context = createContext<SheetValue | null>(null);

export function useSheet(): SheetValue {
  const found = useContext(Context);
  if (!found) throw new Error("outside of a worksheet");
  return found;
}

export function SheetProvider({ header, children }: { header: Header; children: ReactNode }) {
  const queries = useQueryClient();
  const may = useMay("contacts:write");
  const [said, say] = useState<Said | null>(null);
  const { asked, question } = useQuestions();
  const act = useCallback(
    async <T,>(work: (answers: Answers) => Promise<T>): Promise<T | null> => {
      try {
        const done = await asked(work);
        await changed(queries, "/api/worksheets");
        return done;
      } catch (problem) {
        if (problem instanceof Dismissed) return null;
        // Somebody else changed it: show what it is now, beside the problem.
        if (problem instanceof Failure && problem.problem.code === "conflict") void changed(queries, "/api/worksheets");
        throw problem;
      }
    },
    [asked, queries],
  );
  const value = useMemo(() => ({ header, may, said, say, act }), [header, may, said, act]);
  return (
    <Context.Provider value={value}>
      {children}
      {question}
    </Context.Provider>
  );
}
