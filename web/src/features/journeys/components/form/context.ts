/** What every field of a form needs: the journey around it, what is wrong, and whether it may be changed. */
import { createContext, useContext } from "react";
import type { JourneyDefinition } from "~/components/graph/model";
import type { Told } from "../../model/form";

export interface FormAround {
  journey: JourneyDefinition;
  /** The node of the form, and its kind. */
  id: string;
  kind: string;
  told: readonly Told[];
  readOnly: boolean;
}

const Context = createContext<FormAround | null>(null);
export const FormProvider = Context.Provider;

export function useForm(): FormAround {
  const around = useContext(Context);
  if (!around) throw new Error("outside of a form");
  return around;
}
