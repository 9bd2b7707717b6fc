/** Asks a moment after the last letter was typed. */
import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const PAUSE = 250;

export function Search({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation("people");
  const [text, type] = useState(value);
  const told = useRef(value);
  const tell = useRef(onSearch);
  tell.current = onSearch;
  useEffect(() => {
    // Somebody went back, or cleared the filters: the address knows better than what was typed.
    if (value === told.current) return;
    told.current = value;
    type(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return <TextInput type="search" size="sm" w={{ base: "100%", xs: 320 }} label={t("search")} placeholder={t("search_hint")} value={text} onChange={(event) => type(event.currentTarget.value)} />;
}
