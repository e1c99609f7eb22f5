import { describe, expect, it, vi } from "vitest";
import { NameError, Names, errorReason, fieldViolations, formatMoney, lastId, parseName, randomId } from "../src/index.js";
import { create } from "@bufbuild/protobuf";
import { MoneySchema } from "../src/index.js";

describe("names", () => {
  const names = new Names("acme");

  it("are those of the proto", () => {
    expect(names.property("harbour")).toBe("brands/acme/properties/harbour");
    expect(names.consent("g-1")).toBe("brands/acme/guests/g-1/consent");
    expect(names.preferenceProfile("王丽")).toBe("brands/acme/guests/王丽/preferenceProfile");
    expect(names.decision("harbour", "d1")).toBe("brands/acme/properties/harbour/decisions/d1");
  });

  it("never let an id reach into another name", () => {
    for (const id of ["", "a/b", "../x", "a\nb", "x".repeat(129)]) {
      expect(() => names.guest(id), JSON.stringify(id)).toThrow(NameError);
    }
  });

  it("are read back", () => {
    expect(parseName("brands/acme/guests/g-1/consent")).toEqual({ brands: "acme", guests: "g-1", consent: "" });
    expect(lastId(names.guest("g-1"))).toBe("g-1");
    for (const bad of ["", "guests/g", "brands//guests/g"]) expect(() => parseName(bad), bad).toThrow(NameError);
  });
});

describe("money", () => {
  it("has the decimals of its currency", () => {
    const text = (currencyCode: string, amountMinor: bigint) =>
      formatMoney(create(MoneySchema, { currencyCode, amountMinor }), "en");
    expect(text("EUR", 1250n)).toBe("€12.50");
    expect(text("JPY", 1250n)).toBe("¥1,250");
    expect(text("KWD", 1250n).replace(/\s/g, " ")).toBe("KWD 1.250");
    expect(text("EUR", -5n)).toBe("-€0.05");
  });
});

describe("ids and errors", () => {
  it("ids are UUIDs, whatever the platform lacks", () => {
    const getRandomValues = (bytes: Uint8Array) => bytes.fill(255);
    for (const lacking of [undefined, {}, { getRandomValues }]) {
      vi.stubGlobal("crypto", lacking);
      expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    vi.unstubAllGlobals();
    expect(new Set(Array.from({ length: 1000 }, randomId)).size).toBe(1000);
  });

  it("an error without details names nothing", () => {
    expect(fieldViolations(new Error("x"))).toEqual([]);
    expect(errorReason(new Error("x"))).toBeUndefined();
  });
});
