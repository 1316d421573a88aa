import { expect, test } from "vitest";
import { matchTemplate, overlap, parseTemplate, splitPath } from "./routes.js";

const match = (template: string, path: string) => matchTemplate(parseTemplate(template), splitPath(path));

test.each([
  ["literals ignore case", "api/Items", "/API/items", {}],
  ["a slash at the end does not count", "api/items", "/api/items/", {}],
  ["a parameter takes one part", "api/{id}", "/api/a%20b", { id: "a b" }],
  ["an escaped slash stays escaped", "api/{id}", "/api/a%2Fb", { id: "a%2Fb" }],
  ["broken escapes stay as they are", "api/{id}", "/api/%zz", { id: "%zz" }],
  ["an absent optional parameter has no key", "api/{id?}", "/api", {}],
  ["a present optional parameter has one", "api/{id?}", "/api/5", { id: "5" }],
  ["a rest takes all parts", "api/{*rest}", "/api/a/b/c", { rest: "a/b/c" }],
  ["a rest may be empty", "api/{*rest}", "/api", {}],
  ["int", "{n:int}", "/-12", { n: "-12" }],
  ["guid", "{g:guid}", "/11111111-2222-3333-4444-555555555555", { g: "11111111-2222-3333-4444-555555555555" }],
  ["alpha", "{a:alpha}", "/abC", { a: "abC" }],
  ["several constraints", "{a:minlength(2):maxlength(3)}", "/abc", { a: "abc" }],
  ["a length between two bounds", "{a:length(2,3)}", "/ab", { a: "ab" }],
])("%s", (_name, template, path, params) => {
  expect(match(template, path)).toEqual(params);
});

test.each([
  ["api/items", "/api/other"],
  ["api/items", "/api/items/more"],
  ["api/{id}", "/api"],
  ["api/{id}", "/api/a/b"],
  ["api/{id}/x", "/api/5"],
  ["{n:int}", "/1.5"],
  ["{n:int}", "/2147483648"],
  ["{a:alpha}", "/a1"],
  ["{a:length(2)}", "/abc"],
  ["{a:minlength(2)}", "/a"],
  ["{a:maxlength(2)}", "/abc"],
  ["{g:guid}", "/nope"],
])("%s does not match %s", (template, path) => {
  expect(match(template, path)).toBeUndefined();
});

test.each(["{a:datetime}", "{a:range(1,2)}", "a{b}", "{a=5}", "{a:length(x)}"])("%s is refused", (template) => {
  expect(() => parseTemplate(template)).toThrow(/^route constraint ".*" is not supported$/);
});

test.each([
  ["a/{x}", "a/b", true],
  ["a/{x}", "a/{y}", true],
  ["a/{*x}", "a/b/c", true],
  ["a/{x?}", "a", true],
  ["a/{x:int}", "a/b", false],
  ["a/b", "a/c", false],
  ["a/{x}", "a", false],
  ["a/{x}/c", "a/b/d", false],
])("%s and %s overlap: %s", (one, other, want) => {
  expect(overlap(parseTemplate(one), parseTemplate(other))).toBe(want);
  expect(overlap(parseTemplate(other), parseTemplate(one))).toBe(want);
});
