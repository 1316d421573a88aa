/** Which tokens open the door, and what becomes of them when keys change or cannot be read. */
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AUDIENCE, type Claims, payloadOf, TENANT } from "../../test/e2e/tokens.js";
import { cloudOf } from "../domain/graphClouds.js";
import { type EntraOptions, entraTokens } from "./entraTokens.js";

const SECOND_MS = 1_000;
const GLOBAL = cloudOf("https://graph.microsoft.com");
const OTHER_TENANT = "33333333-3333-3333-3333-333333333333";
const APP_ID = "44444444-4444-4444-4444-444444444444";

type Signer = Awaited<ReturnType<typeof newSigner>>;

/** A key of somebody's, and tokens signed with it. */
async function newSigner(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig" }; // Entra's key sets name no algorithm
  const sign = (claims: Claims = {}, more: object = {}) =>
    new SignJWT({ ...payloadOf(claims), ...more }).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  return { jwk, sign, publicKey, privateKey };
}

async function signedWithRs512({ privateKey }: Signer): Promise<string> {
  const key = await importPKCS8(await exportPKCS8(privateKey), "RS512");
  return new SignJWT(payloadOf({})).setProtectedHeader({ alg: "RS512", kid: "first" }).sign(key);
}

let [first, second]: Signer[] = [];
beforeAll(async () => {
  [first, second] = await Promise.all([newSigner("first"), newSigner("second")]);
});
const signer = (which: Signer | undefined): Signer => {
  if (which === undefined) throw new Error("no keys yet");
  return which;
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());
const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * SECOND_MS);

/** Entra's key sets as they are now, and every time that somebody asked for one. */
function entra(options: Partial<EntraOptions> = {}) {
  const state = { keys: [signer(first).jwk], isDown: false, answer: undefined as Response | undefined };
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    asked.push(url);
    if (state.isDown) throw new TypeError("fetch failed", { cause: { code: "EHOSTUNREACH" } });
    return state.answer?.clone() ?? Response.json({ keys: state.keys });
  };
  const warned: string[] = [];
  const check = entraTokens({ tenantIds: [TENANT], audiences: [AUDIENCE], cloud: GLOBAL, fetch, ...options });
  const verify = (token: string) => check(token, (line) => void warned.push(line));
  const kind = async (token: string | Promise<string>) => (await verify(await token)).kind;
  return { state, asked, warned, verify, kind };
}

describe("a token", () => {
  test.each<[string, Claims]>([
    ["of version 2", { version: 2 }],
    ["of version 1", { version: 1 }],
    ["that expired within the leeway", { expiresIn: -30 }],
    ["that is valid from a moment ahead", { validIn: 30 }],
  ])("%s tells the app and its roles", async (_, claims) => {
    const token = await signer(first).sign({ ...claims, app: "booking", roles: ["Availability.Read"] });
    expect(await entra().verify(token)).toEqual({ kind: "valid", app: "booking", roles: ["Availability.Read"] });
  });

  test.each<[string, () => string | Promise<string>]>([
    ["that is empty", () => ""],
    ["that is garbage", () => "a.b.c"],
    ["for another audience", () => signer(first).sign({ audience: "api://another" })],
    ["for an audience that only begins alike", () => signer(first).sign({ audience: `${AUDIENCE}.evil` })],
    [
      "of another tenant",
      () => signer(first).sign({ issuer: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` }),
    ],
    ["of another issuer", () => signer(first).sign({ issuer: `https://login.evil.example/${TENANT}/v2.0` })],
    ["without an issuer", () => signer(first).sign({}, { iss: undefined })],
    ["that has expired", () => signer(first).sign({ expiresIn: -61 })],
    ["that never expires", () => signer(first).sign({}, { exp: undefined })],
    ["that is not valid yet", () => signer(first).sign({ validIn: 90 })],
    ["that names no app", () => signer(first).sign({ app: "" })],
    ["whose app is a list", () => signer(first).sign({}, { azp: ["booking"] })],
    ["of a signed-in user", () => signer(first).sign({}, { scp: "user_impersonation" })],
    ["that says itself that it is a user's", () => signer(first).sign({}, { idtyp: "user" })],
    ["that is signed by nobody", () => new UnsecuredJWT(payloadOf({})).encode()],
    ["that is signed by somebody else under a known name", async () => (await newSigner("first")).sign()],
    ["that is signed with the right key in another way", () => signedWithRs512(signer(first))],
    [
      "that is signed with the public key as a secret",
      async () =>
        new SignJWT(payloadOf({}))
          .setProtectedHeader({ alg: "HS256", kid: "first" })
          .sign(new TextEncoder().encode(await exportSPKI(signer(first).publicKey))),
    ],
  ])("%s opens nothing, and the reason holds none of it", async (_, make) => {
    const token = await make();
    const verdict = await entra().verify(token);
    expect(verdict.kind).toBe("invalid");
    for (const part of token.split(".").filter((one) => one.length > 3))
      expect(JSON.stringify(verdict)).not.toContain(part);
  });

  test("whose roles are no list has none", async () => {
    expect(await entra().verify(await signer(first).sign({}, { roles: "Calendars.Manage" }))).toMatchObject({
      roles: [],
    });
  });

  test.each([APP_ID, `api://${APP_ID}`, APP_ID.toUpperCase()])(
    "for %s as audience may name the app id with or without api://",
    async (audience) => {
      const { kind } = entra({ audiences: [audience] });
      expect(await kind(signer(first).sign({ audience: APP_ID, version: 2 }))).toBe("valid");
      expect(await kind(signer(first).sign({ audience: `api://${APP_ID}`, version: 1 }))).toBe("valid");
      expect(await kind(signer(first).sign({ audience: `api://${APP_ID}/x` }))).toBe("invalid");
    },
  );
});

describe("several tenants", () => {
  test("each token is checked by the keys of its own tenant", async () => {
    const { asked, kind } = entra({ tenantIds: [TENANT, OTHER_TENANT] });
    const issuer = `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`;
    expect(await kind(signer(first).sign({ issuer }))).toBe("valid");
    expect(asked).toEqual([`https://login.microsoftonline.com/${OTHER_TENANT}/discovery/v2.0/keys`]);
    expect(await kind(signer(first).sign())).toBe("valid");
    expect(asked).toHaveLength(2);
  });

  test("a token of none of them has nobody's keys asked for", async () => {
    const { asked, kind } = entra({ tenantIds: [TENANT, OTHER_TENANT] });
    expect(await kind(signer(first).sign({ issuer: "https://login.microsoftonline.com/common/v2.0" }))).toBe("invalid");
    expect(asked).toEqual([]);
  });
});

test.each([
  ["https://graph.microsoft.us", "login.microsoftonline.us", "sts.windows.net", "login.microsoftonline.us"],
  [
    "https://microsoftgraph.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
    "sts.chinacloudapi.cn",
    "login.chinacloudapi.cn",
  ],
])("in the cloud of %s: tokens of its own issuers open the door, and no others", async (graph, v2, v1, keys) => {
  const { asked, kind } = entra({ cloud: cloudOf(graph) });
  const signed = (issuer: string) => kind(signer(first).sign({ issuer }));
  expect(await signed(`https://${v2}/${TENANT}/v2.0`)).toBe("valid");
  expect(await signed(`https://${v1}/${TENANT}/`)).toBe("valid");
  expect(await signed(`https://login.microsoftonline.com/${TENANT}/v2.0`)).toBe("invalid");
  expect(asked).toEqual([`https://${keys}/${TENANT}/discovery/v2.0/keys`]);
});

describe("the keys", () => {
  test("are asked for once, however many tokens come", async () => {
    const { asked, kind } = entra();
    const many = await Promise.all(Array.from({ length: 20 }, () => signer(first).sign()));
    expect(new Set(await Promise.all(many.map(kind)))).toEqual(new Set(["valid"]));
    expect(asked).toHaveLength(1);
  });

  test("are read anew when a token names one that is new", async () => {
    const { state, asked, kind } = entra();
    await kind(signer(first).sign());
    state.keys = [signer(second).jwk];
    pass(31);
    expect(await kind(signer(second).sign())).toBe("valid");
    expect(await kind(signer(first).sign())).toBe("invalid");
    expect(asked).toHaveLength(2);
  });

  test("are not asked for by each of many tokens with made-up names", async () => {
    const { asked, kind } = entra();
    await kind(signer(first).sign());
    for (let count = 0; count < 20; count++) expect(await kind(signer(second).sign())).toBe("invalid");
    expect(asked).toHaveLength(1);
  });

  test("that were withdrawn are forgotten within a day", async () => {
    const { state, kind } = entra();
    await kind(signer(first).sign());
    state.keys = [signer(second).jwk];
    pass(24 * 3_600 + 1);
    expect(await kind(signer(first).sign())).toBe("invalid");
  });
});

describe("while the keys cannot be read", () => {
  test("nobody is let in by keys that nobody has seen", async () => {
    const { state, verify } = entra();
    state.isDown = true;
    expect(await verify(await signer(first).sign())).toEqual({ kind: "unchecked" });
  });

  test("tokens signed by known keys still open the door, even after a day", async () => {
    const { state, kind } = entra();
    await kind(signer(first).sign());
    state.isDown = true;
    pass(60);
    expect(await kind(signer(second).sign())).toBe("unchecked");
    expect(await kind(signer(first).sign())).toBe("valid");
    pass(25 * 3_600);
    expect(await kind(signer(first).sign())).toBe("valid");
  });

  test("they are asked for once in five seconds, whoever comes; then the door opens again", async () => {
    const { state, asked, kind } = entra();
    state.isDown = true;
    for (let count = 0; count < 20; count++) expect(await kind(signer(first).sign())).toBe("unchecked");
    expect(asked).toHaveLength(1);
    state.isDown = false;
    pass(6);
    expect(await kind(signer(first).sign())).toBe("valid");
  });

  test("operators are warned of it once a look, also where everybody who comes is let in", async () => {
    const { state, warned, kind } = entra();
    await kind(signer(first).sign());
    state.isDown = true;
    pass(25 * 3_600);
    for (let count = 0; count < 5; count++) expect(await kind(signer(first).sign())).toBe("valid");
    const keys = `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`;
    const line = (why: string) =>
      `the signing keys at ${keys} could not be read: ${why}; only tokens signed by keys that are known already are accepted`;
    expect(warned).toEqual([line("EHOSTUNREACH")]);
    [state.isDown, state.answer] = [false, new Response("<html>", { status: 502 })];
    pass(6);
    await kind(signer(first).sign());
    expect(warned.slice(1)).toEqual([line("it answers 502")]);
    state.answer = undefined;
    pass(6);
    await kind(signer(first).sign());
    expect(warned).toHaveLength(2);
  });

  test.each([
    ["an error", () => Response.json({ keys: [] }, { status: 500 })],
    ["something that is no JSON", () => new Response("<html>")],
    ["something that is no key set", () => Response.json({ hello: "world" })],
  ])("%s in their place changes nothing of what is known", async (_, answer) => {
    const { state, kind } = entra();
    await kind(signer(first).sign());
    state.answer = answer();
    pass(60);
    expect(await kind(signer(second).sign())).toBe("unchecked");
    expect(await kind(signer(first).sign())).toBe("valid");
  });
});
