/** What counts for a whole mailbox: its time zone, and Graph's wish to be left alone. */
import { expect, test } from "vitest";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { knowledgeOf } from "../../shared/domain/knowledge.js";
import { refresh } from "../../shared/domain/refresh.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/domain/time.js";
import { watch } from "../../shared/domain/watch.js";
import { nameOf } from "../graphBed.js";
import { type Gate, intercepted } from "../intercepted.js";
import { openService } from "../service.js";
import { ANNA, bound, crowd, settledService } from "./settledService.js";

const READER = { consumer: "booking", seesAll: false };

test("R10: all-day events follow the reader's own watch, else the mailbox, else the widest day; no read is needed", async () => {
  const service = await settledService();
  const knownZones = () => {
    const known = knowledgeOf(service.rowOf(service.id), READER, service.clock.now());
    return known.kind === "known" ? known.zones : undefined;
  };
  expect(knownZones()).toEqual(["UTC"]);
  const reads = service.reads(ANNA);
  await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "", timeZone: "Tokyo Standard Time" }]);
  expect(knownZones()).toEqual(["Asia/Tokyo"]);
  await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "without a zone" }]);
  expect(knownZones()).toEqual(["Asia/Tokyo", "UTC"]); // one watch takes nothing from another
  await watch(service.deps, "another", [{ name: nameOf(ANNA), reference: "", timeZone: "Europe/Paris" }]);
  expect(knownZones()).toEqual(["Asia/Tokyo", "UTC"]);
  expect(service.reads(ANNA)).toBe(reads);
});

test("R10: a mailbox's zone is asked for once a day; one that means nothing is none, never UTC", async () => {
  const service = openService();
  service.sim.outlook.addMailbox({ address: ANNA, timeZone: "tzone://Microsoft/Custom" });
  const id = await service.watched(ANNA);
  await service.pass(12 * HOUR_MS);
  expect(service.sim.log.filter(({ operation }) => operation === "timeZone")).toHaveLength(1);
  expect(knowledgeOf(service.rowOf(id), READER, service.clock.now())).toMatchObject({ kind: "known", zones: [] });
  await watch(service.deps, "booking", [{ name: nameOf(ANNA), reference: "team 8", timeZone: "Europe/Paris" }]);
  expect(knowledgeOf(service.rowOf(id), READER, service.clock.now())).toMatchObject({ kind: "known", zones: [] }); // the first names none
  await service.pass(13 * HOUR_MS);
  expect(service.sim.log.filter(({ operation }) => operation === "timeZone")).toHaveLength(2);
});

/** Two calendars of one mailbox, whose zone is to be asked for again. */
async function twoCalendars() {
  const service = await settledService();
  const side = service.sim.outlook.addCalendar(ANNA, { name: "Side" });
  const other = await service.watched(ANNA, side.id);
  await service.pass(2 * MINUTE_MS);
  service.clock.advance(DAY_MS);
  service.sim.clearLog();
  const operations = () => service.sim.log.flatMap(({ mailbox, operation }) => (mailbox === ANNA ? [operation] : []));
  return { ...service, other, operations };
}

test("R4: Retry-After to the question for a mailbox's zone is kept by all its calendars, and what was read stays", async () => {
  const service = await twoCalendars();
  service.sim.faults.add({ kind: "throttled", operation: "timeZone", seconds: 90, count: 1 });
  await service.handleRefresh(service.notified());
  const until = service.clock.now() + 90 * SECOND_MS;
  expect([service.id, service.other].map((id) => service.rowOf(id).sync.notBefore)).toEqual([until, until]);
  expect(service.rowOf(service.id).sync).toMatchObject({ failures: 0, lastRead: { outcome: "read" } });
  for (const id of [service.id, service.other]) await service.handleRefresh({ ...service.notified(), calendars: [id] });
  await service.pass(89 * SECOND_MS);
  expect(service.operations()).toEqual(["calendarView", "timeZone"]);
  await service.pass(2 * SECOND_MS);
  expect(service.operations().slice(2)).toEqual(expect.arrayContaining(["calendarView"]));
});

test("R10: the question for a mailbox's zone holds up no copy: what was read is there while Graph is silent about it", async () => {
  const service = openService();
  const { promise: silence, resolve: endSilence } = Promise.withResolvers<undefined>();
  const reader = { ...bound(service.deps.reader), mailboxZone: () => silence };
  service.sim.outlook.addMailbox({ address: ANNA, timeZone: "UTC" });
  const name = nameOf(ANNA);
  await watch(service.deps, "booking", [{ name, reference: "" }]);
  const wake = { kind: "notified", notifiedAt: service.clock.now() } as const;
  const reading = refresh({ ...service.deps, reader }, { calendars: [calendarIdOf(name)], wake, cause: "watched" });
  const known = () => knowledgeOf(service.rowOf(calendarIdOf(name)), READER, service.clock.now());
  await expect.poll(known).toMatchObject({ kind: "known", zones: [] }); // all-day events block the widest day meanwhile
  endSilence(undefined);
  await reading;
});

test("R10: where Graph does not tell a mailbox's zone it is asked again after an hour, not at every read; the last one stays", async () => {
  const service = await twoCalendars();
  service.sim.faults.add({ kind: "error", status: 503, operation: "timeZone" });
  const told = service.rowOf(service.id).mailboxZone?.name;
  await service.pass(59 * MINUTE_MS);
  const questions = () => service.operations().filter((operation) => operation === "timeZone").length;
  expect(service.operations().length).toBeGreaterThan(3);
  expect(questions()).toBe(1);
  service.sim.faults.clear();
  await service.pass(30 * MINUTE_MS);
  expect(questions()).toBe(2);
  expect([told, service.rowOf(service.id).mailboxZone?.name]).toEqual(["UTC", "UTC"]);
});

test("R10: calendars of a mailbox that are read by different messages ask for its zone once a day, too", async () => {
  const service = await twoCalendars();
  for (const id of [service.id, service.other]) await service.handleRefresh({ ...service.notified(), calendars: [id] });
  expect(service.operations()).toEqual(["calendarView", "timeZone", "calendarView"]);
});

test("R4: a mailbox that was throttled for one of its calendars is not asked for its zone by another", async () => {
  const service = await twoCalendars();
  service.sim.faults.add({ kind: "throttled", operation: "calendarView", seconds: 90, count: 1 });
  await service.handleRefresh({ ...service.notified(), calendars: [service.id, service.other] });
  expect(service.operations()).toEqual(["calendarView", "calendarView"]);
});

test("R4: calendars of a mailbox that are throttled together make it wait once, for as long as any of them was told", async () => {
  const queries: string[] = [];
  const gate: Gate = async (call, when) =>
    void (call === "store.readMailbox" && when === "before" && queries.push(call));
  const service = await settledService({ around: (deps) => intercepted(deps, gate) });
  const sides = ["Side", "Other", "Third"].map((name) => service.sim.outlook.addCalendar(ANNA, { name }).id);
  const others = await Promise.all(sides.map((calendar) => service.watched(ANNA, calendar)));
  await service.pass(2 * MINUTE_MS);
  const calendars = [service.id, ...others].slice(0, 3); // the last is in none of the message
  const firstPages = async () =>
    [20, 90, 10].map((retryAfterSeconds) => ({ kind: "throttled", retryAfterSeconds, detail: "HTTP 429" }) as const);
  queries.length = 0;
  const reader = { ...bound(service.deps.reader), firstPages };
  await refresh({ ...service.deps, reader }, { ...service.notified(), calendars });
  const until = service.clock.now() + 90 * SECOND_MS;
  const pauses = [service.id, ...others].map((id) => service.rowOf(id).sync.notBefore);
  expect(pauses).toEqual([until, until, until, until]);
  expect(queries).toHaveLength(1);
});

test.each(["in the same batch", "by another reader"])(
  "R4: no further page is asked for once the mailbox was throttled for another calendar %s",
  async (how) => {
    const service = await settledService();
    service.sim.subscriptions.setKnobs({ dropProbability: 1 });
    crowd(service);
    const other = await service.watched(ANNA, service.sim.outlook.addCalendar(ANNA, { name: "Side" }).id);
    await service.pass(2 * MINUTE_MS);
    service.sim.clearLog();
    const throttle = () =>
      service.sim.faults.add({ kind: "throttled", operation: "calendarView", seconds: 90, count: 1 });
    const { reader } = service.deps;
    const firstPages: typeof reader.firstPages = async (...asked) => {
      const pages = await reader.firstPages(...asked);
      throttle();
      await service.handleRefresh({ ...service.notified(), calendars: [other] });
      return pages;
    };
    if (how === "by another reader")
      await refresh({ ...service.deps, reader: { ...bound(reader), firstPages } }, service.notified());
    else {
      throttle();
      await service.handleRefresh({ ...service.notified(), calendars: [other, service.id] });
    }
    expect(service.reads(ANNA)).toBe(2);
    const { notBefore, lastRead } = service.rowOf(service.id).sync;
    expect([notBefore, lastRead?.outcome]).toEqual([service.clock.now() + 90 * SECOND_MS, "throttled"]);
    await service.pass(2 * MINUTE_MS);
    service.isCurrent();
  },
);
