/** A session of the Bicep CLI in which infra/ compiles. */
import { type Bicep, bicepOf } from "./bicep.js";
import { openSession } from "./session.js";

/** What `work` returns or throws; the session has ended by then. `cli`: the CLI's path. */
export function withInfra<T>(cli: string, work: (bicep: Bicep) => Promise<T>): Promise<T> {
  const session = openSession(cli, { AZURE_LOCATION: "westeurope" }); // the one parameter without a default
  return work(bicepOf(session)).finally(() => session.end());
}
