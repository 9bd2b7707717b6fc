/** The events that counted, on demand: the newest ones with their own properties. */
import { Box, Button, ScrollArea, Table, Text } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment, number } from "~/lib/i18n/format";
import { type Part, seen } from "./model";
import { written } from "./written";

const SHOWN = 20;

export function SeenEvents({ part }: { part: Part }) {
  const { t } = useTranslation("explain");
  const [open, setOpen] = useState(false);
  const id = useId();
  const count = part.events?.length ?? 0;
  if (count === 0) return null;
  return (
    <Box>
      <Button variant="subtle" size="compact-xs" px={0} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {t(open ? "events_hide" : "events_show", { count, number: number(count) })}
      </Button>
      <div id={id}>{open && <Events part={part} />}</div>
    </Box>
  );
}

function Events({ part }: { part: Part }) {
  const { t } = useTranslation("explain");
  const all = seen(part);
  return (
    <ScrollArea.Autosize mah={220} viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("events") }}>
      <Table verticalSpacing={2} horizontalSpacing="xs" aria-label={t("events")}>
        <Table.Tbody>
          {all.slice(0, SHOWN).map(({ time, values }, place) => (
            <Table.Tr key={place}>
              <Table.Td style={{ whiteSpace: "nowrap", verticalAlign: "top" }}>
                <Text size="xs">{moment(time)}</Text>
              </Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed">
                  {values.map(([name, value]) => `${name} ${written(t, value)}`).join(" · ")}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {all.length > SHOWN && (
        <Text size="xs" c="dimmed">
          {t("events_more", { number: number(all.length - SHOWN) })}
        </Text>
      )}
    </ScrollArea.Autosize>
  );
}
