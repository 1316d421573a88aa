import fc from "fast-check";
import { expect, test } from "vitest";
import { ANNA } from "../../../local/graph/testBed.js";
import { december, graphBed, nameOf, PATIENT_MS } from "../../../test/graphBed.js";
import { MailboxTurns } from "./mailboxTurns.js";

test("R4: never two at once on one mailbox, and everybody has their turn, whatever they ask for and however it ends", async () => {
  const jobs = fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(jobs, fc.scheduler(), fc.infiniteStream(fc.boolean()), async (asked, scheduler, fails) => {
      const turns = new MailboxTurns();
      const busy = new Set<string>();
      let most = 0;
      const work = async (mailboxes: readonly string[]): Promise<void> => {
        most = Math.max(most, ...mailboxes.map((mailbox) => (busy.has(mailbox) ? 2 : 1)));
        for (const mailbox of mailboxes) busy.add(mailbox);
        await scheduler.schedule(Promise.resolve());
        for (const mailbox of mailboxes) busy.delete(mailbox);
        if (fails.next().value) throw new Error("failed");
      };
      const all = Promise.allSettled(asked.map((mailboxes) => turns.run(mailboxes, () => work(mailboxes))));
      await scheduler.waitFor(all);
      expect(await all).toHaveLength(asked.length);
      expect(most).toBeLessThanOrEqual(1);
    }),
  );
});

test("Mailboxes that have nothing in common do not wait for each other", async () => {
  const turns = new MailboxTurns();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const slow = turns.run(["a"], () => ended);
  expect(await turns.run(["b"], async () => "done")).toBe("done");
  end();
  await slow;
});

test("What the work returns or throws is the caller's", async () => {
  const turns = new MailboxTurns();
  expect(await turns.run(["a"], async () => 5)).toBe(5);
  await expect(turns.run(["a"], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await turns.run(["a"], async () => 6)).toBe(6);
});

test("R4: however many reads of one mailbox are wanted at once, Graph sees one at a time and throttles none", async () => {
  const bed = graphBed();
  bed.sim.outlook.addCalendar(ANNA, { name: "Side", id: "AAMkADc5/Cal+side=" });
  bed.sim.outlook.addMailbox({ address: "ben@contoso.com" });
  const names = [nameOf(ANNA), nameOf(ANNA, "AAMkADc5/Cal+side="), nameOf("ben@contoso.com")];
  let [running, most] = [0, 0];
  bed.control.instead = async (request) => {
    running += 1;
    most = Math.max(most, running);
    const answer = await bed.sim.fetch(request);
    running -= 1;
    return answer;
  };
  const asked = Array.from({ length: 12 }, (_, index) => names.slice(index % 2, 1 + (index % 3)));
  const views = asked.filter((group) => group.length > 0).map((group) => group.map(december));
  const zone = bed.reader.mailboxZone(nameOf(ANNA), PATIENT_MS);
  const pages = await Promise.all(views.map((group) => bed.reader.firstPages(group, PATIENT_MS)));
  expect(await zone).toEqual({ name: expect.any(String) });
  expect(new Set(pages.flat().map(({ kind }) => kind))).toEqual(new Set(["page"]));
  expect(most).toBe(1); // all of them share a mailbox
});

test("R4: who waits too long for a turn goes without, and whoever comes later still waits for those before", async () => {
  const turns = new MailboxTurns();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const order: string[] = [];
  const slow = turns.run(["a"], () => ended).then(() => order.push("slow"));
  const work = async (): Promise<string> => "worked";
  expect(await turns.run(["a"], work, { ms: 1, late: () => "late" })).toBe("late");
  const last = turns.run(["a"], work).then((answer) => order.push(answer));
  await new Promise(setImmediate); // time enough for a turn that comes too early
  end();
  await Promise.all([slow, last]);
  expect(order).toEqual(["slow", "worked"]);
  expect(await turns.run(["a"], work, { ms: 10_000, late: () => "late" })).toBe("worked");
});
