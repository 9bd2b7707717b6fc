/** The numbers of a chart as a table, the newest first. */
import { ScrollArea, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { fullLabel, type Point, type Series } from "./model";

/** More rows than anybody reads; the export has them all. */
const MOST = 400;

export function Values({ label, points, series, height, format }: { label: string; points: readonly Point[]; series: readonly Series[]; height: number; format: (value: number) => string }) {
  const { t } = useTranslation("charts");
  const newest = points.slice(-MOST).reverse();
  return (
    <ScrollArea h={height} viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <Table stickyHeader verticalSpacing={3} horizontalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("time")}</Table.Th>
            {series.map((each) => (
              <Table.Th key={each.key} scope="col" className="num">
                {each.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newest.map((point) => (
            <Table.Tr key={point.at}>
              <Table.Td>{fullLabel(point.at)}</Table.Td>
              {series.map(({ key }) => {
                const value = point[key];
                return (
                  <Table.Td key={key} className="num">
                    {typeof value === "number" ? format(value) : "–"}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
