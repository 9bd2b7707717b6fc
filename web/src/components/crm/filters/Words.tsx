/** A filter in words, values by their names: "Contact: City is one of Lyon, Paris". */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asking, reading } from "~/lib/api/client";
import { contactChoice, isContact, useKnown } from "./known";
import { parse, quoted } from "./model/expression";
import { fieldOf } from "./model/fields";
import { type Expressions, type FilterShape, expressionsOf, filled, groupsOf, isBlank, segmentOf, tablesOf } from "./model/shape";

export function FilterWords({ shape }: { shape: FilterShape }) {
  const { t } = useTranslation("crm");
  if (isBlank(shape)) return <Line>{t("filter.everybody")}</Line>;
  return <Parts shape={filled(shape)} />;
}

const Line = ({ children }: { children: ReactNode }) => (
  <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: "anywhere" }}>
    {children}
  </Text>
);

/** One line for each sub-table and group. */
function Parts({ shape }: { shape: FilterShape }) {
  const { t } = useTranslation("crm");
  const any = groupsOf(shape, "any_of");
  return (
    <>
      {tablesOf(shape).map((table) => (
        <Line key={table}>
          <Table table={table} expressions={expressionsOf(shape, table)} />
        </Line>
      ))}
      {shape.rule != null && (
        <Line>
          <Rule shape={shape} />
        </Line>
      )}
      {any.length > 0 && (
        <Line>
          {t("filter.any_of") + t("filter.colon")}
          <Inside shapes={any} between={t("filter.or")} />
        </Line>
      )}
      {groupsOf(shape, "none_of").map((each, place) => (
        <Line key={place}>
          {t("filter.not") + t("filter.colon")}
          <Inside shapes={[each]} between="" />
        </Line>
      ))}
    </>
  );
}

const Inside = ({ shapes, between }: { shapes: readonly FilterShape[]; between: string }) => (
  <div style={{ paddingInlineStart: "0.75rem" }}>
    {shapes.map((shape, place) => (
      <Fragment key={place}>
        {place > 0 && <Line>{between}</Line>}
        <Parts shape={shape} />
      </Fragment>
    ))}
  </div>
);

function Table({ table, expressions }: { table: string; expressions: Expressions }) {
  const { t } = useTranslation("crm");
  const names = Object.keys(expressions);
  return (
    <>
      {t(`table.${table}`)}
      {names.length === 1 && names[0] === "code" ? " " : t("filter.colon")}
      {names.map((name, place) => (
        <Fragment key={name}>
          {place > 0 && ", "}
          <Condition table={table} name={name} text={expressions[name]!} beside={expressions} />
        </Fragment>
      ))}
    </>
  );
}

function Condition({ table, name, text, beside }: { table: string; name: string; text: string; beside: Expressions }) {
  const { t } = useTranslation("crm");
  const field = fieldOf(table, name);
  const known = useKnown(table, name, beside);
  const { op, values } = parse(text, field.kind === "number" && known ? "code" : field.kind);
  const people = useContactNames(isContact(table, name) ? values : []);
  const named = new Map([...(known ?? []), ...people].map(({ value, label }) => [value, label.replace(/ \([^)]*\)$/, "")]));
  const said = values.filter(Boolean).map((value) => named.get(value) ?? (field.options ? t(`choice.${value}`, value) : value));
  const short = said.length > 8 ? [...said.slice(0, 8), `… (${said.length})`] : said;
  const label = name === "code" ? "" : `${t(`field.${name}`, name)} `;
  const one = said.length === 1 && (op === "any_of" || op === "none_of") ? (op === "any_of" ? "is" : "is_not") : op;
  const words = op === "expression" ? text : `${t(`op.${one}`)} ${short.join(op === "between" ? ` ${t("filter.and")} ` : ", ")}`.trim();
  return <>{label + words}</>;
}

/** Names of a few contacts. */
function useContactNames(numbers: readonly string[]) {
  const few = numbers.length > 0 && numbers.length <= 8;
  const filters = { contact: { no: numbers.map(quoted).join("|") } };
  const { data } = useQuery({ ...asking("/api/contacts/find", { body: { limit: 8, filters } }), enabled: few, staleTime: 60_000 });
  return few ? (data?.items ?? []).map((card) => contactChoice(card)) : [];
}

function Rule({ shape }: { shape: FilterShape }) {
  const { t } = useTranslation("crm");
  const segment = segmentOf(shape);
  const { data } = useQuery({ ...reading("/api/segments", { query: { limit: 1000 } }), enabled: segment !== null, staleTime: 60_000 });
  const name = data?.items.find((each) => each.segment === segment)?.name;
  return <>{segment === null ? `${t("filter.rule")}${t("filter.colon")}${typeof shape.rule === "string" ? shape.rule : JSON.stringify(shape.rule)}` : `${t("filter.segment")}${t("filter.colon")}${String(name || segment)}`}</>;
}
