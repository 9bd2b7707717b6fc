/** One contact more by hand; and the way to a contact that stands somewhere in thousands of lines. */
import { Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContactSearch } from "~/components/crm/filters";
import { Failed } from "~/components/Failed";
import { api } from "~/lib/api/client";
import { addLine, placeOf } from "../api/worksheets";
import { useSheet } from "./context";

interface SearchProps {
  label: string;
  onPick: (no: string) => void;
}

/** Empties itself when somebody was picked, ready for the next. */
function Search({ label, onPick }: SearchProps) {
  const { t } = useTranslation("worksheets");
  const { found, search } = useContactSearch();
  const [text, setText] = useState("");
  return (
    <Select
      size="xs"
      w="16rem"
      aria-label={label}
      placeholder={label}
      searchable
      data={found}
      value={null}
      searchValue={text}
      onSearchChange={(next) => {
        setText(next);
        search(next);
      }}
      onChange={(no) => {
        setText("");
        if (no) onPick(no);
      }}
      filter={({ options }) => options}
      nothingFoundMessage={text ? t("lines.not_found") : undefined}
    />
  );
}

export function AddLine() {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const [error, fail] = useState<unknown>(null);
  const add = async (contact: string) => {
    fail(null);
    try {
      const done = await act((answers) => addLine(header.no, contact, answers));
      if (done) say({ text: t("lines.added", { contact }), undo: true });
    } catch (problem) {
      fail(problem);
    }
  };
  return (
    <>
      <Search label={t("lines.add")} onPick={(no) => void add(no)} />
      {error != null && <Failed error={error} what={t("lines.add")} />}
    </>
  );
}

export function FindLine({ onFound }: { onFound: (place: number, line_no: number) => void }) {
  const { t } = useTranslation("worksheets");
  const { header } = useSheet();
  const [missing, setMissing] = useState("");
  const find = async (contact: string) => {
    const { items } = await api.get("/api/contacts/{contact}/worksheet-lines", { path: { contact }, query: { limit: 1000 } });
    const line = items.find((row) => row.segment_no === header.no);
    setMissing(line ? "" : contact);
    if (line) onFound(await placeOf(header.no, Number(line.line_no), header.no_of_lines), Number(line.line_no));
  };
  return (
    <Group gap="xs">
      <Search label={t("lines.find")} onPick={(no) => void find(no)} />
      {missing && <Text size="xs" c="dimmed" aria-live="polite">{t("lines.not_here", { contact: missing })}</Text>}
    </Group>
  );
}
