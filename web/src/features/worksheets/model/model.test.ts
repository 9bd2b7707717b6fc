import { describe, expect, it } from "vitest";
import { Failure } from "~/lib/api/request";
import { csv } from "./csv";
import { faultOf } from "./faults";
import { closed } from "./header";
import { shown, valuesOf } from "./list";
import type { Header } from "./types";

const row = (no: string, more: Partial<Header>): Header => ({ no, description: "", campaign_no: "", interaction_template: "", salesperson_code: "", no_of_lines: 0, ...more }) as Header;
const rows = [row("SM2", { description: "Fair", salesperson_code: "ANNA", no_of_lines: 9 }), row("SM10", { description: "Spring", campaign_no: "CP1", no_of_lines: 10 }), row("SM1", { description: "fair again", salesperson_code: "MARC" })];
const all = { search: "", owner: "", campaign: "", sort: "no" };

describe("the list of worksheets", () => {
  it("is ordered by number as people count", () => expect(shown(rows, all).map(({ no }) => no)).toEqual(["SM1", "SM2", "SM10"]));
  it("is ordered by figures", () => expect(shown(rows, { ...all, sort: "-no_of_lines" }).map(({ no }) => no)).toEqual(["SM10", "SM2", "SM1"]));
  it("is searched whatever the case", () => expect(shown(rows, { ...all, search: "FAIR", owner: "MARC" }).map(({ no }) => no)).toEqual(["SM1"]));
  it("knows who owns any", () => expect(valuesOf(rows, "salesperson_code")).toEqual(["ANNA", "MARC"]));
});

describe("fields of the header", () => {
  it("are open as the server says", () => {
    expect(closed("subject", ["subject"])).toBeNull();
    expect(closed("subject", [])).toBe("template");
    expect(closed("campaign_target", [])).toBe("campaign");
    expect(closed("correspondence_type", [])).toBe("ignore");
  });
});

describe("faults", () => {
  it("name their line and contact", () => {
    expect(faultOf(new Failure(409, { code: "x", message: "line 190000, contact C02703: there is no e-mail address", where: "line 190000" }))).toEqual({ line: 190000, contact: "C02703" });
    expect(faultOf(new Failure(409, { code: "x", message: "segment SM1 is empty" }))).toEqual({ line: null, contact: null });
  });
});

describe("CSV", () => {
  it("quotes, and runs nothing", () => expect(csv([{ no: "C1", name: 'A "B", C', note: "=1+1", phone: "+33 1", cost: -2 }])).toBe('no,name,note,phone,cost\r\nC1,"A ""B"", C",\'=1+1,+33 1,-2\r\n'));
});
