import { expect, test } from "vitest";
import { columnsIn } from "./columns";

test.each([
  ["a,b,c\n1,2,3", ["a", "b", "c"]],
  ['\uFEFF"first, last";when;total\r\n', ["first, last", "when", "total"]],
  ['id\t"say ""hi"""\n', ["id", 'say "hi"']],
  ['{"user":"1","at":"2026"}\n{"x":1}', ["user", "at"]],
  ["{broken\n", []],
  ["PAR1\u0000\u0001", []],
  ["", []],
])("%j has columns %j", (text, columns) => expect(columnsIn(text)).toEqual(columns));
