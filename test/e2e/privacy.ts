/** Of an event nothing but its times and status is kept: nowhere, in no form. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dayOf } from "./days.js";
import type { Product } from "./product.js";

/** What was put into Outlook to be looked for afterwards: what must not be found, and what may be in a row. */
export const PLANTED = { subject: "Severance-of-Quentin", name: "planted-name" } as const;

export function privacyOf(product: () => Product, storageFolder: () => string): void {
  test("no subject is in any answer", async () => {
    const { api, own } = product();
    const [mailbox = ""] = own.graph.outlook.mailboxes.map(({ address }) => address).filter(isPlanted);
    const list = await api.get("/api/calendars");
    const ids = [...list.text.matchAll(/"id":"([a-z2-7]{26})"/g)].map(([, id]) => id);
    const answers = [
      list,
      ...(await Promise.all(ids.map((id) => api.get(`/api/calendars/${id}`)))),
      await api.post("/api/availability", { calendars: ids, ...dayOf(3), detail: true, viewIntervalMinutes: 15 }),
    ];
    const told = answers.map(({ text }) => text).join("\n");
    expect(told).toContain(mailbox);
    expect(told).not.toContain(PLANTED.subject);
  });

  test("log lines name calendars by their ids: no subject, no mailbox, no proof of a notification", async () => {
    const { settings, output } = product().own;
    expect(output).toMatch(/"event":"refresh.completed","calendar":"[a-z2-7]{26}"/);
    expect(output).toContain('"event":"read.served"');
    expect(output).not.toContain(PLANTED.subject);
    expect(output).not.toContain("contoso.com");
    expect(output).not.toMatch(/k1\.[a-z2-7]{26}/);
    expect(output).not.toContain(settings.CLIENT_STATE_KEYS);
  });

  test("nothing that storage has written down holds a subject, not even a deleted message", async () => {
    await product().own.stop();
    const files = await readdir(storageFolder(), { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), "latin1")),
    );
    const written = contents.join("\n");
    expect(shapesOf(PLANTED.name).filter((shape) => written.includes(shape))).not.toEqual([]); // a row
    expect(shapesOf('"kind":"notified"').filter((shape) => written.includes(shape))).not.toEqual([]); // a message
    expect(shapesOf(PLANTED.subject).filter((shape) => written.includes(shape))).toEqual([]);
  });
}

const isPlanted = (address: string): boolean => address.startsWith(PLANTED.name);

/** The text itself, and what is always the same of it in base64, wherever in the encoded bytes it begins. */
function shapesOf(text: string): string[] {
  const encoded = [0, 1, 2].map((skipped) => {
    const base64 = Buffer.from(`${"-".repeat(skipped)}${text}`).toString("base64");
    return base64.slice(Math.ceil((skipped * 8) / 6), -4);
  });
  return [text, ...encoded];
}
