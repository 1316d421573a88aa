/** How requests name time zones. */
import * as z from "zod";
import { resolveZone } from "../domain/zones.js";
import { expecting } from "./fieldMessages.js";

const LENGTH_MAX = 100;
const SHOULD_BE_ZONE = "should be an IANA or Windows time zone name, as Europe/Berlin";

export const ZoneName = z
  .string({ error: expecting(SHOULD_BE_ZONE) })
  .trim()
  .min(1)
  .max(LENGTH_MAX)
  .refine((name) => resolveZone(name) !== undefined, SHOULD_BE_ZONE);
