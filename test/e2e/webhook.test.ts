/** Graph's doors: what they answer, and what they put on the queues, which nobody empties here but the tests. */
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { calendarIdOf } from "../../shared/domain/calendarId.js";
import { problem } from "./answers.js";
import { isElsewhere } from "./elsewhere.js";
import { eventGridDoors } from "./eventGridDoors.js";
import { clientStateOf, item, NOTIFICATIONS, notify } from "./notify.js";
import { type Product, startProduct } from "./product.js";
import { emptied, type QueueName, queued } from "./queued.js";

const tenantId = "11111111-1111-1111-1111-111111111111";
const idOf = (mailbox: string, calendar = "primary"): string => calendarIdOf({ tenantId, mailbox, calendar });
const ANNA = idOf("anna@contoso.com");
const ANNAS_PROJECTS = idOf("anna@contoso.com", "projects");
const BEN = idOf("ben@contoso.com");
const MEBIBYTE = 1024 * 1024;

let product: Product;
const keys = () => product.own.settings.CLIENT_STATE_KEYS;
const signed = (id: string, more: object = {}): object => item(clientStateOf(keys(), id), more);
const waiting = (queue: QueueName) => queued(product.own, queue);

/** Where storage is in our hands: neither queue has a message, not even a delayed one. */
async function expectNothingQueued(): Promise<void> {
  if (isElsewhere) return;
  expect((await waiting("refreshQueue")).count).toBe(0);
  expect((await waiting("subscriptionsQueue")).count).toBe(0);
}

beforeAll(async () => {
  const settings = {
    "AzureWebJobs.refresh.Disabled": "true",
    "AzureWebJobs.subscriptions.Disabled": "true",
    NOTIFICATION_URL: "", // Event Grid needs none; the webhook is there in any case
  };
  product = await startProduct({ door: "eventGridQueue", settings });
});
afterAll(() => product.stop());
beforeEach(async () => {
  if (!isElsewhere) await emptied(product.own);
});

describe("the handshake", () => {
  test.each([
    ["spaces as plus signs", "Validation: Testing client a+b/c=&d", "Validation%3a+Testing+client+a%2bb%2Fc%3D%26d"],
    ["spaces encoded", "Validation: Testing client a+b/c=&d", "Validation%3A%20Testing%20client%20a%2Bb/c=%26d"],
    ["a page of somebody's own", "<script>alert(1)</script>", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"],
    ["nothing in it", "", ""],
  ])("I1: a token with %s comes back decoded, as text that no browser takes for a page", async (_, token, encoded) => {
    const answer = await product.api.call("POST", `${NOTIFICATIONS}?validationToken=${encoded}`, { raw: "" });
    expect(answer).toMatchObject({ status: 200, text: token });
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain\b/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    await expectNothingQueued();
  });

  test("I1: the token is answered while the body is still on its way, whatever is in it", async () => {
    const status = await new Promise<number | undefined>((done, reject) => {
      const headers = { "transfer-encoding": "chunked" };
      const sent = request(`${product.api.url}${NOTIFICATIONS}?validationToken=abc`, { method: "POST", headers });
      sent.on("response", (response) => {
        done(response.statusCode);
        sent.destroy();
      });
      sent.on("error", reject);
      sent.write("{ this is never finished"); // and never ended
    });
    expect(status).toBe(200);
    await expectNothingQueued();
  });

  test.skipIf(isElsewhere)("I1: notifications in a handshake's body are not looked at", async () => {
    const raw = JSON.stringify({ value: [signed(ANNA)] });
    expect((await product.api.call("POST", `${NOTIFICATIONS}?validationToken=abc`, { raw })).text).toBe("abc");
    await expectNothingQueued();
  });
});

describe("proof that it is Graph", () => {
  test.each<[string, unknown]>([
    ["without a clientState", item(undefined)],
    ["with null for one", item(undefined, { clientState: null })],
    ["with an object for one", item(undefined, { clientState: { k1: ANNA } })],
    ["of a key that nobody knows", item(clientStateOf(`k9:${Buffer.alloc(32).toString("base64")}`, ANNA))],
    ["with a wrong signature of a known key", item(clientStateOf(`k1:${Buffer.alloc(32).toString("base64")}`, ANNA))],
    ["far too long", item(`k1.${ANNA}.${"A".repeat(10_000)}`)],
    ["that is a number", 42],
    ["that is null", null],
  ])("I2: an item %s is answered 202, and nothing is done", async (_, bad) => {
    const answer = await notify(product.api, bad);
    expect(answer).toMatchObject({ status: 202, text: "" });
    await expectNothingQueued();
  });

  test.skipIf(isElsewhere)("I2: a signature is worth nothing for another calendar", async () => {
    const swapped = clientStateOf(keys(), ANNA).replace(ANNA, BEN);
    expect((await notify(product.api, item(swapped))).status).toBe(202);
    await expectNothingQueued();
  });

  test.skipIf(isElsewhere)(
    "I3: bad items cost a good one nothing, and the answer does not tell them apart",
    async () => {
      const answer = await notify(product.api, null, item("k1.x.y"), signed(ANNA), 7, item(undefined));
      expect(answer).toMatchObject({ status: 202, text: "" });
      expect((await waiting("refreshQueue")).visible).toMatchObject([{ calendars: [ANNA] }]);
    },
  );
});

describe.skipIf(isElsewhere)("what is queued", () => {
  test("I4: a notification is one message now and one a minute later", async () => {
    expect((await notify(product.api, signed(ANNA))).status).toBe(202);
    const { visible, count } = await waiting("refreshQueue");
    expect(visible).toMatchObject([{ calendars: [ANNA], wake: { kind: "notified" }, cause: "notification" }]);
    expect(count).toBe(2);
    expect((await waiting("subscriptionsQueue")).count).toBe(0);
  });

  test("I6: a hundred notifications of three calendars are one message and its confirmation", async () => {
    const items = Array.from({ length: 100 }, (_, index) => signed([ANNA, BEN, ANNAS_PROJECTS][index % 3] ?? ANNA));
    expect((await notify(product.api, ...items)).status).toBe(202);
    const { visible, count } = await waiting("refreshQueue");
    expect(visible).toHaveLength(1);
    expect(visible[0]?.calendars).toEqual(expect.arrayContaining([ANNA, ANNAS_PROJECTS, BEN]));
    expect(visible[0]?.calendars).toHaveLength(3);
    expect(count).toBe(2);
  });

  test.each([
    ["reauthorizationRequired", "renew"],
    ["subscriptionRemoved", "recreate"],
    ["SUBSCRIPTIONREMOVED", "recreate"],
  ])("I7: %s asks to %s the named subscription, and for a read", async (lifecycleEvent, wanted) => {
    const value = [signed(ANNA, { lifecycleEvent, organizationId: tenantId, resourceData: null })];
    const raw = JSON.stringify({ value, validationTokens: null });
    expect((await product.api.call("POST", NOTIFICATIONS, { raw })).status).toBe(202);
    const subscriptionId = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
    const asked = { calendar: ANNA, request: wanted, subscriptionId };
    expect((await waiting("subscriptionsQueue")).visible).toMatchObject([asked]);
    expect((await waiting("refreshQueue")).visible).toMatchObject([{ calendars: [ANNA] }]);
  });

  test("I7: missed is a reason to read; what this version does not know is accepted and dropped", async () => {
    expect((await notify(product.api, signed(BEN, { lifecycleEvent: "fromTheFuture" }))).status).toBe(202);
    await expectNothingQueued();
    expect((await notify(product.api, signed(BEN, { lifecycleEvent: "missed" }))).status).toBe(202);
    expect((await waiting("refreshQueue")).visible).toMatchObject([{ calendars: [BEN] }]);
    expect((await waiting("subscriptionsQueue")).count).toBe(0);
  });

  test("I8: a body in chunks is read like any other", async () => {
    const text = JSON.stringify({ value: [signed(ANNA)] });
    const answer = await product.api.postInChunks(NOTIFICATIONS, text.slice(0, 20), text.slice(20));
    expect(answer.status).toBe(202);
    expect((await waiting("refreshQueue")).visible).toMatchObject([{ calendars: [ANNA] }]);
  });

  test("I5: no notification has made the app call Graph", () => {
    expect(product.own.graph.log).toEqual([]);
  });
});

describe("bodies that are none", () => {
  const huge = JSON.stringify({ value: [], filling: "x".repeat(MEBIBYTE) });

  test.each([
    ["over a mebibyte", () => product.api.postAlone(NOTIFICATIONS, huge)],
    [
      "over a mebibyte, in chunks",
      () => product.api.postInChunks(NOTIFICATIONS, huge.slice(0, 500_000), huge.slice(500_000)),
    ],
  ])("I8: a body %s is 413, and nothing is queued", async (_, send) => {
    expect(problem(await send(), 413).code).toBe("payloadTooLarge");
    await expectNothingQueued();
  });

  test.each([
    ["empty", "", ""],
    ["not JSON", '{"value": [', ""],
    ["a text", '"value"', ""],
    ["null", "null", ""],
    ["a list", "[]", ""],
    ["an object without a collection", '{"values": []}', "/value"],
    ["an object whose value is no list", '{"value": {"0": {}}}', "/value"],
  ])("I8: a body that is %s is 400 and says so, and nothing is queued", async (_, raw, pointer) => {
    const { code, pointers } = problem(await product.api.call("POST", NOTIFICATIONS, { raw }), 400);
    expect({ code, pointers }).toEqual({ code: "invalidRequest", pointers: [pointer] });
    await expectNothingQueued();
  });

  test("I8: bytes that are no text are 400", async () => {
    const answer = await product.api.postInChunks(NOTIFICATIONS, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]));
    expect(problem(answer, 400).code).toBe("invalidRequest");
  });

  test("I8: an empty collection is 202", async () => {
    expect(await notify(product.api)).toMatchObject({ status: 202, text: "" });
    await expectNothingQueued();
  });
});

describe("Event Grid", () => eventGridDoors(() => product));
