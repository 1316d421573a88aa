/** How requests name time zones. */
import * as z from "zod";
import { resolveZone } from "../domain/zones.js";

const LENGTH_MAX = 100;

export const ZoneName = z
  .string()
  .trim()
  .max(LENGTH_MAX)
  .refine((name) => resolveZone(name) !== undefined, "should be an IANA or Windows time zone name, as Europe/Berlin");
