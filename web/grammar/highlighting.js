// What each part of the two grammars looks like.
import { styleTags, tags as t } from "@lezer/highlight";

export const highlighting = styleTags({
  Keyword: t.keyword,
  Boolean: t.bool,
  "Boolean/Keyword": t.bool,
  "Null/Keyword": t.null,
  String: t.string,
  "Integer Decimal Double": t.number,
  "FunctionName/Name MethodName/Name": t.function(t.variableName),
  "Field/FieldName Field/String Property/Name Path/Name ParamName/FieldName ParamName/String": t.propertyName,
  "Variable/Name": t.definition(t.variableName),
  "Unit/Name": t.unit,
  Root: t.special(t.variableName),
  Parameter: t.special(t.variableName),
  Carets: t.special(t.variableName),
  "CompareOperator AssignOperator": t.compareOperator,
  "Plus Minus TimesOperator": t.arithmeticOperator,
  Bang: t.logicOperator,
  Arrow: t.punctuation,
  "( )": t.paren,
  "[ ]": t.squareBracket,
  "{ }": t.brace,
  ", : .": t.punctuation,
});
