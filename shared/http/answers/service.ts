/** What the routes about the service itself answer. */
import * as z from "zod";

export const Health = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });
