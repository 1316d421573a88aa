/** The Graph adapters over a simulated Graph whose time stands still; nothing leaves the process. */
import { ANNA, ENDPOINT, testBed } from "../local/graph/testBed.js";
import type { GraphTokens } from "../shared/adapters/credentials.js";
import { GraphClient } from "../shared/adapters/graph/graphClient.js";
import { GraphSubscriptions } from "../shared/adapters/graph/graphSubscriptions.js";
import { GraphCalendarReader } from "../shared/adapters/graph/graphViews.js";
import { type CalendarName, PRIMARY } from "../shared/domain/calendarId.js";
import type { ViewRequest } from "../shared/domain/ports.js";
import { instant } from "../shared/domain/time.js";

export const TENANT = "11111111-1111-1111-1111-111111111111";
/** Far longer than any answer here takes. */
export const PATIENT_MS = 10_000;

export const nameOf = (mailbox: string, calendar = PRIMARY): CalendarName => ({ tenantId: TENANT, mailbox, calendar });

/** December 2026. */
export const december = (name: CalendarName): ViewRequest => ({
  name,
  start: instant(Date.parse("2026-12-01T00:00:00Z")),
  end: instant(Date.parse("2027-01-01T00:00:00Z")),
});

/** Tokens that count up, so that a fresh one can be told from the one before. */
export class CountedTokens implements GraphTokens {
  readonly asked: { readonly tenantId: string; readonly fresh: boolean }[] = [];
  failure: Error | undefined;
  #token = 0;

  async token(tenantId: string, fresh: boolean): Promise<string | undefined> {
    this.asked.push({ tenantId, fresh });
    if (this.failure !== undefined) throw this.failure;
    if (fresh || this.#token === 0) this.#token += 1;
    return `token-${this.#token}`;
  }
}

/** `before` sees every request first, and may answer or refuse it instead of the simulator. */
export function graphBed(baseUrl = "https://graph.microsoft.com") {
  const bed = testBed();
  const tokens = new CountedTokens();
  const sent: Request[] = [];
  const control: { instead: ((request: Request) => Response | Promise<Response> | undefined) | undefined } = {
    instead: undefined,
  };
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    sent.push(request.clone());
    return control.instead?.(request) ?? bed.sim.fetch(request);
  };
  bed.sim.useBaseUrl(baseUrl);
  const client = new GraphClient({ baseUrl, tokens, fetch });
  return {
    ...bed,
    tokens,
    sent,
    control,
    client,
    reader: new GraphCalendarReader(client, bed.time.now),
    subscriptions: new GraphSubscriptions(client, {
      addresses: { used: [ENDPOINT], own: [ENDPOINT] },
      now: bed.time.now,
    }),
    anna: nameOf(ANNA),
    annaId: bed.anna.id,
  };
}
