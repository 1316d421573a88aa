/** What lies between the checks of infra/ and the CLI that answers them; the CLI itself answers in test/infra. */
import { describe, expect, test } from "vitest";
import { differencesOf } from "../../tools/bicep/checks.js";
import { framed, unframed } from "../../tools/bicep/frames.js";
import { openSession } from "../../tools/bicep/session.js";

describe("messages on a stream", () => {
  const sent = [{ id: 1, text: "größer" }, { id: 2 }];

  test("come out whole, wherever the stream is cut", () => {
    const bytes = Buffer.from(sent.map(framed).join(""));
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const first = unframed(bytes.subarray(0, cut));
      const second = unframed(Buffer.concat([first.rest, bytes.subarray(cut)]));
      expect([...first.messages, ...second.messages]).toEqual(sent);
      expect(second.rest).toHaveLength(0);
    }
  });

  test("without a length, or longer than any template, end the reading", () => {
    expect(() => unframed(Buffer.from("Content-Type: x\r\n\r\n{}"))).toThrow("without a length");
    expect(() => unframed(Buffer.from("Content-Length: 99999999999\r\n\r\n{}"))).toThrow("too long");
  });
});

test("a CLI that cannot be started refuses each question, and the session still ends", async () => {
  const session = openSession("no-such-bicep-program");
  await expect(session.ask("bicep/version", {})).rejects.toThrow("no-such-bicep-program");
  await expect(session.ask("bicep/version", {})).rejects.toThrow();
  await session.end();
});

test("snapshots differ by resources and outputs that are new, gone or changed, whatever their order", () => {
  const [a, b, c] = [{ id: "a" }, { id: "b", sku: "S" }, { id: "c" }];
  const before = { predictedResources: [a, b], outputs: { x: 1, y: 2 } };
  expect(differencesOf(before, { predictedResources: [b, a], outputs: { y: 2, x: 1 } })).toEqual([]);
  const after = { predictedResources: [{ ...b, sku: "P" }, c], outputs: { x: 1, y: 3 } };
  expect(differencesOf(before, after)).toEqual(["  gone: a", "  changed: b", "  changed: y", "  new: c"]);
});
