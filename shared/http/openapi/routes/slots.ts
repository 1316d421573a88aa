import { SlotsAnswer } from "../../answers/slots.js";
import { SlotsBody } from "../../slotsRequest.js";
import type { Operation } from "../route.js";

export const findSlots: Operation = {
  method: "post",
  path: "/slots",
  id: "findSlots",
  summary: "When an appointment with several people can be offered, and who is free for it",
  description:
    "At most 5,000 slots. A start that the clock on the wall leaves out is not offered, of a repeated hour both are.",
  role: "Availability.Read",
  body: SlotsBody,
  answers: { 200: { description: "The slots, and the time that is not known.", schema: SlotsAnswer } },
  problems: ["invalidRequest", "payloadTooLarge"],
};
