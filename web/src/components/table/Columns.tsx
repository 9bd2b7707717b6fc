/** Which columns of a list are shown; the choice is kept in the browser. */
import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Column } from "./Table";

/** The columns that are shown, and the button to choose them. `shown` are those of a first visit. */
export function useColumns<Row>(list: string, columns: readonly Column<Row>[], shown: readonly string[]) {
  const { t } = useTranslation();
  const [chosen, choose] = useLocalStorage({ key: `parcours.columns.${list}`, defaultValue: [...shown] });
  const button = (
    <Popover position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs">
          {t("table.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={chosen} onChange={choose} aria-label={t("table.columns")}>
          <Stack gap="xs">
            {columns.map(({ key, label }, place) => (
              <Checkbox key={key} value={key} label={label} size="xs" disabled={place === 0} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
  return { columns: columns.filter(({ key }, place) => place === 0 || chosen.includes(key)), button };
}
