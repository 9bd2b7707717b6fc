/**
 * English and French. The words of a feature stand beside it, in `features/<name>/words/{en,fr}.json`, and are read when
 * its page is; `useTranslation("<name>")` waits for them. Those of the frame are the namespace `common`, which every
 * page may use: `t("common:failed.again")`. A test fails when one language has words that the other lacks.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";

export const LANGUAGES = { en: "English", fr: "Français" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "parcours.language";
type Words = { default: Record<string, unknown> };
const files = import.meta.glob<Words>(["../../features/*/words/*.json", "../../components/*/words/*.json", "../../components/crm/*/words/*.json", "./fr.json"]);

/** Reads the words of a feature in a language. */
const beside: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, namespace, done) => {
    const wanted = namespace === "common" ? `./${language}.json` : `/${namespace}/words/${language}.json`;
    const load = Object.entries(files).find(([path]) => path.endsWith(wanted))?.[1];
    if (!load) done(new Error(`no words of ${namespace} in ${language}`), null);
    else load().then((found) => done(null, found.default), (problem: Error) => done(problem, null));
  },
};

export function language(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = kept ?? navigator.language.slice(0, 2);
  return wanted === "fr" ? "fr" : "en";
}

export async function start(): Promise<void> {
  const chosen = language();
  document.documentElement.lang = chosen;
  await i18next.use(beside).use(initReactI18next).init({
    lng: chosen,
    fallbackLng: false,
    partialBundledLanguages: true,
    ns: ["common"],
    defaultNS: "common",
    resources: { en: { common: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

/** Read the words of a feature ahead, if it has words. */
export async function words(namespace: string): Promise<void> {
  const known = Object.keys(files).some((path) => path.endsWith(`/${namespace}/words/${language()}.json`));
  if (known) await i18next.loadNamespaces(namespace);
}

export async function speak(chosen: Language): Promise<void> {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
  await i18next.changeLanguage(chosen);
}
