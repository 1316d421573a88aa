/** Whether answers are right: each must be what Outlook held at its `asOf`, or at some instant since. */
import type { GraphSimulator } from "../graph/simulator.js";
import type { CalendarAnswer } from "./appClient.js";
import { ROOM, ZONES } from "./people.js";
import { canonical, trueBlocks } from "./truth.js";
import { isClosed } from "./watchDemo.js";

/** Times of storage, by which the app goes, come in whole seconds. */
const CLOCK_SLACK_MS = 1_500;

export interface Asked {
  readonly start: number;
  readonly end: number;
}

export class Judge {
  readonly #sim: GraphSimulator;

  constructor(sim: GraphSimulator) {
    this.#sim = sim;
  }

  /** What is wrong with an answer; `undefined`: nothing. A change since `asOf` may be in it or not. */
  wrong(answer: CalendarAnswer, asked: Asked): string | undefined {
    if (isClosed(answer.mailbox))
      return answer.state === "unknown" ? undefined : `${answer.state}, but Graph refuses it`;
    if (answer.state === "unknown" || answer.asOf === null) return `unknown: ${answer.reason}`;
    if (answer.unknown.length > 0) return `unknown in parts: ${answer.unknown[0]?.reason}`;
    return this.holdsSince(answer, asked, Date.parse(answer.asOf) - CLOCK_SLACK_MS);
  }

  /** As `wrong`, but what Outlook held before `since` is wrong. */
  holdsSince(answer: CalendarAnswer, asked: Asked, since: number): string | undefined {
    if (isClosed(answer.mailbox)) return undefined;
    const answered = canonical(answer.blocks ?? []);
    const instants = [since, ...this.#changesSince(answer, since)];
    if (instants.some((at) => difference(answered, this.#truth(answer, asked, at)) === undefined)) return undefined;
    return difference(answered, this.#truth(answer, asked, this.#sim.clock.now()));
  }

  #changesSince({ mailbox, calendar }: CalendarAnswer, since: number): number[] {
    const { history } = this.#sim.outlook.calendar(mailbox, calendar);
    return [...new Set(history.map(({ at }) => at).filter((at) => at > since))];
  }

  #truth({ mailbox, calendar }: CalendarAnswer, asked: Asked, at: number): string[] {
    const zoneName = mailbox === ROOM.address ? ZONES[0] : this.#sim.outlook.mailbox(mailbox).timeZone;
    return trueBlocks(this.#sim, { mailbox, calendar, zoneName, ...asked, at });
  }
}

function difference(answered: readonly string[], truth: readonly string[]): string | undefined {
  const missing = truth.filter((block) => !answered.includes(block));
  const extra = answered.filter((block) => !truth.includes(block));
  if (missing.length === 0 && extra.length === 0) return undefined;
  return `missing ${missing.length} (${missing[0] ?? "-"}), too many ${extra.length} (${extra[0] ?? "-"})`;
}
