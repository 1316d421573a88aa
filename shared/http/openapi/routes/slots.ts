import { SlotsAnswer } from "../../answers/slots.js";
import { CALENDARS_MAX } from "../../queryFields.js";
import { SLOTS_MAX, SlotsBody } from "../../slotsRequest.js";
import type { Operation } from "../route.js";

export const findSlots: Operation = {
  method: "post",
  path: "/slots",
  id: "findSlots",
  summary: "When an appointment with several people can be offered, and who is free for it",
  description: [
    `At most ${SLOTS_MAX} slots, fewer for many calendars. A start that the clock on the wall leaves out is not offered, of a`,
    "repeated hour both are. All of a slot lies in one working period. Graph is not asked: before one of them is booked, ask",
    "`/availability` with `ifStale` refresh. That nothing is known of one calendar is no error:",
    "`state` tells, and what might be a slot is in `unknown`. A wrong field or too many slots (400), more than",
    `${CALENDARS_MAX} distinct calendars or another list that is too long (413) and storage out of reach (503) refuse the whole request.`,
  ].join(" "),
  role: "Availability.Read",
  body: SlotsBody,
  answers: { 200: { description: "The slots, and the time that is not known.", schema: SlotsAnswer } },
  problems: ["invalidRequest", "payloadTooLarge"],
};
