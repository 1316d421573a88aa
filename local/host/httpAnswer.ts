/** Writing answers. */
import type { ServerResponse } from "node:http";
import type { CookieData, HttpData } from "./coreTypes.js";

const BODILESS = new Set([204, 205, 304]);

export function answer(response: ServerResponse, status: number, body = "", contentType = "text/plain"): void {
  if (body !== "") response.setHeader("content-type", contentType);
  response.statusCode = status;
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  answer(response, status, JSON.stringify(body), "application/json");
}

/** Ends the connection too: the rest of a body that nobody wants would otherwise still be read. */
export function answerAndClose(response: ServerResponse, status: number): void {
  response.setHeader("connection", "close");
  answer(response, status);
}

/** What a handler answered. */
export function answerHttp(response: ServerResponse, data: HttpData): void {
  const status = Number(data.statusCode ?? 200);
  const cookies = (data.cookies ?? []).map(setCookie);
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    const isCookie = name.toLowerCase() === "set-cookie";
    response.setHeader(name, isCookie ? [value, ...cookies.splice(0)] : value);
  }
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.statusCode = status;
  response.end(BODILESS.has(status) ? undefined : (data.body?.bytes ?? data.body?.string));
}

const SAME_SITE = { none: undefined, lax: "Lax", strict: "Strict", explicitNone: "None" } as const;

function setCookie(cookie: CookieData): string {
  const expires = cookie.expires?.value?.seconds;
  const attributes: readonly [string, string | undefined][] = [
    ["Path", cookie.path?.value ?? "/"],
    ["Domain", cookie.domain?.value],
    ["Expires", expires === undefined ? undefined : new Date(expires * 1_000).toUTCString()],
    ["Max-Age", cookie.maxAge?.value?.toString()],
    ["SameSite", SAME_SITE[cookie.sameSite]],
  ];
  const given = attributes.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  if (cookie.secure?.value === true) given.push("Secure");
  if (cookie.httpOnly?.value === true) given.push("HttpOnly");
  return [`${cookie.name}=${encodeURIComponent(cookie.value)}`, ...given].join("; ");
}
