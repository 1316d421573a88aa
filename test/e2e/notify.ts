/** Notifications as Graph sends them, and what proves that they are Graph's. */
import { createHmac } from "node:crypto";
import type { Answer, Api } from "./api.js";

export const NOTIFICATIONS = "/api/graph/notifications";

/** `<key id>.<calendar id>.<HMAC-SHA256 of the calendar id>`, computed apart from the app; `keys` as its setting has them. */
export function clientStateOf(keys: string | undefined, id: string): string {
  const [keyId = "", secret = ""] = keys?.split(",")[0]?.split(":") ?? [];
  const signature = createHmac("sha256", Buffer.from(secret, "base64")).update(id).digest("base64url");
  return `${keyId}.${id}.${signature}`;
}

/** One item with the fields that Graph's have. */
export const item = (clientState: string | undefined, more: object = {}): object => ({
  subscriptionId: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
  subscriptionExpirationDateTime: "2026-12-08T11:00:00.0000000Z",
  changeType: "updated",
  resource: "Users/6b1d/Events/AAMk",
  resourceData: { "@odata.type": "#Microsoft.Graph.Event", id: "AAMk" },
  tenantId: "11111111-1111-1111-1111-111111111111",
  ...(clientState !== undefined && { clientState }),
  ...more,
});

export const notify = (api: Api, ...value: readonly unknown[]): Promise<Answer> => api.post(NOTIFICATIONS, { value });
