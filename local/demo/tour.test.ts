/** Every line that the start prints, pasted into bash: does it do what its comment says? And does the next start go on with what is there? */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { pasted, StartProcess } from "./startProcess.js";

const SEE_MS_MAX = 90_000;

let folder: string;
let start: StartProcess;
let steps: ReadonlyMap<string, string>;

const RUN_MS_MAX = 200_000;

async function begin(): Promise<void> {
  start = new StartProcess(["--data", folder]);
  await start.printed(/Ctrl-C ends everything/);
  steps = new Map(
    [...start.output.matchAll(/^# \d+\. (.*)\n(.*)$/gm)].map(([, about = "", line = ""]) => [about, line]),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tour-"));
  await begin();
}, RUN_MS_MAX);

afterAll(async () => {
  await start?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The lines not pasted yet. */
const left = new Set<string>();

/** The one line whose comment matches. */
function lineOf(comment: RegExp): string {
  const [found, ...others] = [...steps.keys()].filter((about) => comment.test(about));
  if (found === undefined || others.length > 0) throw new Error(`${comment} fits ${found ?? "nothing"} ${others}`);
  left.delete(found);
  return steps.get(found) ?? "";
}

const paste = async (comment: RegExp) => JSON.parse(await pasted(lineOf(comment)));

/** Pasted again until it shows what is expected: a slow machine must not fail the test. */
const seen = (comment: RegExp, check: (answer: Answer) => void) =>
  vi.waitFor(async () => check(await paste(comment)), { timeout: SEE_MS_MAX, interval: 100 });

interface Answer {
  readonly calendars: readonly {
    readonly state: string;
    readonly reason: string | null;
    readonly asOf: string | null;
    readonly blocks?: readonly { readonly start: string; readonly end: string }[];
    readonly busy: readonly object[];
    readonly unknown: readonly object[];
  }[];
}

/** "10:00 to 11:00" of a comment, on the day of the review. */
function reviewIn(comment: RegExp) {
  const [about = ""] = [...steps.keys()].filter((one) => comment.test(one));
  const [, from, to] = /(\d\d:\d\d) to (\d\d:\d\d) UTC/.exec(about) ?? [];
  const [date] = /\d{4}-\d\d-\d\d/.exec([...steps.keys()].find((one) => READ.test(one)) ?? "") ?? [];
  return { start: `${date}T${from}:00Z`, end: `${date}T${to}:00Z` };
}

const READ = /^When is \w+ busy/;
const MOVE = /^In simulated Outlook, move/;
const BLOCK = { status: "busy", allDay: false };

describe("the tour", () => {
  beforeAll(() => {
    for (const about of steps.keys()) left.add(about);
  });

  test("comes with the time to the first fresh answer, and with every calendar watched", () => {
    expect(start.output).toMatch(/First fresh answer \d+\.\d s after the start\./);
    expect(start.output).toMatch(/26 calendars watched, 24 of them fresh \d+\.\d s after the start\./);
    expect(steps.size).toBe(15);
  });

  test("asks whether the app is up", async () => {
    expect(await paste(/^Is the app up/)).toEqual({ status: "ok" });
  });

  test("reads one person: the review is where its comment says", async () => {
    const { calendars } = await paste(READ);
    expect(calendars).toMatchObject([{ mailbox: "anna.bakker@contoso.com", state: "fresh", delivery: "push" }]);
    expect(calendars[0].blocks).toContainEqual({ ...reviewIn(READ), ...BLOCK });
  });

  test("reads a team of 20 and combines it", async () => {
    const { calendars, combined } = await paste(/of a team of 20 free/);
    expect(calendars.filter(({ state }: { state: string }) => state === "fresh")).toHaveLength(20);
    expect(combined).toMatchObject({ state: "fresh", unknown: [] });
    expect(combined.free.length).toBeGreaterThan(0);
  });

  test("moves a meeting in Outlook and sees that it has moved", async () => {
    expect(await paste(MOVE)).toMatchObject({ id: "review" });
    await seen(/^Read again: it has moved, because/, ({ calendars: [anna] }) => {
      expect(anna?.blocks).toContainEqual({ ...reviewIn(MOVE), ...BLOCK });
      expect(anna?.blocks).not.toContainEqual({ ...reviewIn(READ), ...BLOCK });
    });
  });

  test("explains one calendar", async () => {
    expect(await paste(/^Everything that is known/)).toMatchObject({
      mailbox: "anna.bakker@contoso.com",
      state: "fresh",
      subscription: { state: "active" },
    });
  });

  test("shows that what cannot be read is unknown, with its reason", async () => {
    const { calendars } = await paste(/^A mailbox without a licence/);
    expect(calendars).toMatchObject([
      { state: "unknown", reason: "mailboxNotFound", busy: [], unknown: [{ reason: "mailboxNotFound" }] },
      { state: "unknown", reason: "accessDenied", busy: [], unknown: [{ reason: "accessDenied" }] },
    ]);
  });

  test("survives an outage of Graph", async () => {
    await paste(/^Graph goes down/);
    const graph = /Graph +(\S+)\/v1\.0/.exec(start.output)?.[1];
    const ask = async () => (await fetch(`${graph}/v1.0/users/anna.bakker@contoso.com/calendars`)).status;
    expect(await ask()).toBe(503);
    const { calendars } = await paste(/^Read during the outage/);
    expect(calendars).toMatchObject([{ state: "fresh", asOf: expect.any(String) }]);
    expect(calendars[0].blocks).toContainEqual({ ...reviewIn(MOVE), ...BLOCK });
    expect(await paste(/^The outage ends/)).toEqual([]);
    expect(await ask()).toBe(200);
  });

  test("loses every notification, and a refresh asked for finds the change", async () => {
    expect(await paste(/every notification is lost/)).toMatchObject({ knobs: { dropProbability: 1 } });
    const back = /^Move the review back/;
    await paste(back);
    expect(await paste(/^Ask the app to read/)).toHaveProperty("id");
    await seen(/^Read again: it has moved back/, ({ calendars: [anna] }) => {
      expect(anna?.blocks).toContainEqual({ ...reviewIn(back), ...BLOCK });
      expect(anna?.blocks).not.toContainEqual({ ...reviewIn(MOVE), ...BLOCK });
    });
    const { knobs, counts } = await paste(/^Notifications arrive again/);
    expect(knobs.dropProbability).toBe(0);
    expect(counts.dropped).toBeGreaterThan(0);
  });

  test("has no line that was not tried", () => {
    expect([...left]).toEqual([]);
  });
});

describe("the data folder", () => {
  test("SIGTERM leaves no process; the next start has the same key, for nobody else to read, and all is fresh again", {
    timeout: RUN_MS_MAX,
  }, async () => {
    const file = join(folder, "client-state-keys");
    const key = await readFile(file, "utf8");
    expect(new Set(start.pids).size).toBe(3); // itself, Azurite, the host
    await start.endsBy("SIGTERM");
    await begin();
    expect(start.output).toMatch(/26 calendars watched, 24 of them fresh/);
    expect(await readFile(file, "utf8")).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await paste(MOVE); // a subscription of this run: that of the run before is forgotten
    await seen(/^Read again: it has moved, because/, ({ calendars: [anna] }) =>
      expect(anna?.blocks).toContainEqual({ ...reviewIn(MOVE), ...BLOCK }),
    );
  });
});
