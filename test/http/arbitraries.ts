/** Requests made of the document's own schemas: such as fit, and such as nearly do. */
import fc from "fast-check";
import type { OpenApi, Parameter, Schema } from "./described.js";

type Json = unknown;

/** Texts that break what is careless: paths, headers, tables, prototypes, encodings, lengths. */
const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\r\nx-injected: 1",
  "../../admin/host/keys",
  "..%2f..%2fadmin",
  "%00",
  "%",
  "__proto__",
  "constructor",
  "' or 1=1 --",
  "PartitionKey eq ''",
  "<script>alert(1)</script>",
  "\ud800",
  "\u202e\u0130\ufb01",
  "anna@contoso.com\u0000",
  "a@b\u2028.c",
  "x".repeat(5_000),
  "２０２６-12-01T00:00:00Z",
  "2026-12-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-12-01T24:00:00Z",
  "2026-06-30T23:59:60Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999+23:59",
  "0001-01-01T00:00:00+23:59",
  "-000001-01-01T00:00:00Z",
  "+275760-09-13T00:00:01Z",
  "2026-12-01T00:00:00+99:99",
  "2026-W49-1",
  "1764547200",
  "NaN",
  "Infinity",
  "1e309",
  "0x10",
  "-0",
  "null",
  "Europe/Berlin",
  "+01:00",
  "primary",
  "fresh",
  "a".repeat(26),
  "A".repeat(26),
];

const HOSTILE_NUMBERS: readonly number[] = [
  -1,
  -0,
  0,
  1,
  2,
  0.5,
  200,
  201,
  366,
  1_440,
  1_441,
  86_400,
  86_401,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  5e-324,
];

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: "binary", maxLength: 40 }));

/** What no field asked for. */
export const hostile: fc.Arbitrary<Json> = fc.oneof(
  { maxDepth: 2 },
  hostileText,
  fc.constantFrom<Json>(...HOSTILE_NUMBERS, null, true, false, [], {}, [[[[[]]]]], { toString: 1 }, { length: 9e9 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')),
);

/** Values that the schema allows, or that fail only by what JSON Schema cannot say. */
export function valuesOf(schema: Schema, document: OpenApi, name = ""): fc.Arbitrary<Json> {
  const { $ref, anyOf, const: only, enum: words, type } = schema as Readonly<Record<string, never>>;
  if ($ref !== undefined) return valuesOf(document.components.schemas[nameIn($ref)] ?? {}, document, name);
  if (anyOf !== undefined) return fc.oneof(...(anyOf as Schema[]).map((one) => valuesOf(one, document, name)));
  if (only !== undefined) return fc.constant(only);
  if (words !== undefined) return fc.constantFrom(...(words as Json[]));
  switch (type as unknown) {
    case "object":
      return objectsOf(schema, document);
    case "array":
      return fc.array(valuesOf((schema.items ?? {}) as Schema, document, name), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: 4,
      });
    case "integer":
    case "number":
      return fc.integer({ min: Number(schema.minimum ?? -1_000), max: Number(schema.maximum ?? 1_000) });
    case "boolean":
      return fc.boolean();
    case "string":
      return textsOf(schema, name);
    default:
      return hostile;
  }
}

function objectsOf({ properties = {}, required = [] }: Schema, document: OpenApi): fc.Arbitrary<Json> {
  const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
  return fc.record(Object.fromEntries(fields.map(([name, schema]) => [name, valuesOf(schema, document, name)])), {
    requiredKeys: [...(required as string[])],
    noNullPrototype: true,
  });
}

/** What JSON Schema cannot say of a text, by the name of its field. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  mailbox: ["anna@contoso.com", " Ben@Contoso.com ", "44444444-4444-4444-4444-444444444444"],
  calendar: ["primary", "Primary", "AAMkAGI2TG93AAA="],
  tenantId: ["11111111-1111-1111-1111-111111111111", "contoso.com"],
  timeZone: ["Europe/Berlin", "W. Europe Standard Time", "UTC"],
  reference: ["", "team 7", "Ä\u{1f4c5}"],
};

function textsOf({ format, pattern }: Schema, name: string): fc.Arbitrary<string> {
  const usual = USUAL[name];
  if (usual !== undefined) return fc.constantFrom(...usual);
  if (format === "date-time") return daysFrom(name === "end" ? "2026-12-03" : "2026-11-25");
  return pattern === undefined ? hostileText : fc.stringMatching(new RegExp(String(pattern)));
}

/** Any minute of the week from that day on. */
const daysFrom = (day: string): fc.Arbitrary<string> =>
  fc.nat(7 * 1_440).map((minutes) => new Date(Date.parse(day) + minutes * 60_000).toISOString());

const nameIn = ($ref: string): string => $ref.split("/").at(-1) ?? "";

/** A value with something hostile in the place of one of its parts, or beside them; and where that is. */
export const spoiled = (value: fc.Arbitrary<Json>): fc.Arbitrary<{ readonly value: Json; readonly path: string }> =>
  value.chain((whole) => {
    const places = placesIn(whole);
    return fc.tuple(fc.nat(places.length - 1), hostile).map(([index, bad]) => {
      const path = places[index] ?? [];
      return { value: replaced(whole, path, bad), path: path.map((part) => `/${part}`).join("") };
    });
  });

/** Every part of the value, and one more field for every object. */
function placesIn(value: Json): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, part]) => placesIn(part).map((path) => [key, ...path]));
  return [[], ...inner, ...(Array.isArray(value) ? [] : [["surplus"]])];
}

function replaced(value: Json, [key, ...rest]: readonly string[], bad: Json): Json {
  if (key === undefined) return bad;
  if (Array.isArray(value))
    return value.map((part, index) => (String(index) === key ? replaced(part, rest, bad) : part));
  const object = value as Readonly<Record<string, Json>>;
  return { ...object, [key]: replaced(object[key], rest, bad) };
}

type Pair = readonly [name: string, value: Json];

/** A query string of the operation's parameters; in every second one something is hostile, surplus or given twice. */
export function queriesOf(parameters: readonly Parameter[], document: OpenApi): fc.Arbitrary<string> {
  const each = parameters
    .filter((one) => one.in === "query")
    .map(({ name, schema, required }) =>
      fc.array(
        valuesOf(schema, document, name).map((value): Pair => [name, value]),
        { minLength: required || name === "id" ? 1 : 0, maxLength: name === "mailbox" || name === "calendar" ? 0 : 1 },
      ),
    );
  const pairs = fc.tuple(...each).map((groups) => groups.flat());
  return fc.oneof(pairs, pairs.chain(spoiledPairs)).map((all) => all.flatMap(written).join("&"));
}

const spoiledPairs = (pairs: readonly Pair[]): fc.Arbitrary<readonly Pair[]> =>
  fc.oneof(
    fc.tuple(hostileText, hostile).map((surplus) => [...pairs, surplus]),
    fc.nat(pairs.length).map((index) => [...pairs, ...pairs.slice(index, index + 1)]),
    fc
      .tuple(fc.nat(pairs.length), hostile)
      .map(([at, bad]) => pairs.map(([name, value], index): Pair => [name, index === at ? bad : value])),
  );

/** Lists: those of ids and mailboxes are repeated, others are comma-separated. */
function written([name, value]: Pair): string[] {
  if (Array.isArray(value) && name === "id") return value.flatMap((one) => written([name, one]));
  const text = Array.isArray(value) && value.every((one) => typeof one === "string") ? value.join(",") : value;
  return [`${escaped(name)}=${escaped(typeof text === "string" ? text : JSON.stringify(text))}`];
}

/** As a URL carries it; halves of pairs, which none can carry, become what browsers make of them. */
export const escaped = (text: string): string => encodeURIComponent(text.toWellFormed());
