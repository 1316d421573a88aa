/** Somebody reads. */
import type { CalendarAnswer } from "../../shared/domain/answer.js";
import { readAvailability } from "../../shared/domain/availability.js";
import { DAY_MS } from "../../shared/domain/time.js";
import { minuteOf } from "./oracle.js";
import { everyMinute, HORIZON_DAYS, READER } from "./properties.js";
import type { Resident } from "./townsfolk.js";
import type { World } from "./world.js";

const LOOK_MINUTES = 480;

export const someone = ({ residents, dice }: World): Resident => {
  const [first] = residents;
  if (first === undefined) throw new Error("nobody lives here");
  return residents[dice.below(residents.length)] ?? first;
};

/** Asks as a booking service does, and has the answer judged. */
export async function look(
  world: World,
  resident: Resident,
  span?: { readonly from: number; readonly count: number },
): Promise<CalendarAnswer> {
  const { dice, time, store, sometimes } = world;
  const day = dice.below(HORIZON_DAYS + 6) - 3;
  const { from, count } = span ?? { from: minuteOf(time.now() + day * DAY_MS) - dice.below(600), count: LOOK_MINUTES };
  const answers = await readAvailability(world.someInstance().calm, READER, [resident.id], everyMinute(from, count));
  const answer = answers.get(resident.id)?.answer;
  if (answer === undefined) throw new Error("a calendar that was asked for has no answer");
  sometimes.count(`read: ${answer.state}`);
  const zone = store.peek(resident.id)?.row.mailboxZone?.name;
  world.said.push(JSON.stringify(answer));
  world.witness.judge(resident, answer, from, count, time.now(), zone === undefined ? undefined : resident.zone.iana);
  return answer;
}
