/** The real credentials of @azure/identity; only what they would send over the network is answered here. */
import type { TokenCredentialOptions } from "@azure/identity";
import { afterEach, expect, test, vi } from "vitest";
import type { GraphCredential } from "../domain/graphCredential.js";
import { graphTokens } from "./credentials.js";
import { TenantDenied } from "./tenantDenied.js";

type HttpClient = NonNullable<TokenCredentialOptions["httpClient"]>;
type Sent = Parameters<HttpClient["sendRequest"]>[0];

/** Another identity each time: the library keeps its tokens for the whole process. */
const federated = (identityClientId: string): GraphCredential => ({
  kind: "federated",
  clientId: "the-app",
  identityClientId,
});
const SECRET: GraphCredential = { kind: "clientSecret", clientId: "the-app", clientSecret: "s" };
const [A, B] = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];
const GLOBAL = "https://graph.microsoft.com";
const NO_ABORT = new AbortController().signal;

afterEach(() => vi.unstubAllEnvs());

/** Entra and App Service's own token endpoint. `refuse`: Entra's code for a tenant, where it gives no token. */
function entra(refuse: (tenantId: string) => number | undefined = () => undefined) {
  vi.stubEnv("IDENTITY_ENDPOINT", "http://127.0.0.1:41000/token");
  vi.stubEnv("IDENTITY_HEADER", "x");
  const sent: Sent[] = [];
  let tokens = 0;
  const sendRequest: HttpClient["sendRequest"] = async (request) => {
    sent.push(request);
    const { status, body } = answerTo(request);
    return { request, status, headers: request.headers, bodyAsText: JSON.stringify(body) };
  };
  function answerTo({ url }: Sent): { readonly status: number; readonly body: object } {
    const { hostname, origin, pathname } = new URL(url);
    if (hostname === "127.0.0.1") {
      const expires = Math.floor(Date.now() / 1_000) + 86_400;
      return { status: 200, body: { access_token: "assertion", expires_on: String(expires), token_type: "Bearer" } };
    }
    if (pathname.includes("discovery")) return { status: 200, body: { tenant_discovery_endpoint: url, metadata: [] } };
    const [, tenant = ""] = pathname.split("/");
    const code = refuse(tenant);
    if (code !== undefined) {
      const error_description = `AADSTS${code}: anna@contoso.com may not. Trace ID: x`;
      return { status: 400, body: { error: "unauthorized_client", error_description, error_codes: [code] } };
    }
    if (pathname.endsWith("openid-configuration"))
      return {
        status: 200,
        body: {
          issuer: `${origin}/${tenant}/v2.0`,
          authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
          jwks_uri: `${origin}/${tenant}/keys`,
        },
      };
    tokens += 1;
    return { status: 200, body: { access_token: `token-${tokens}`, expires_in: 3_600, token_type: "Bearer" } };
  }
  const grants = () => sent.filter(({ url }) => url.includes("/oauth2/v2.0/token"));
  const asked = () => sent.filter(({ url }) => url.includes("127.0.0.1"));
  return { httpClient: { sendRequest }, grants, asked };
}

const bodyOf = (request: Sent | undefined): URLSearchParams => new URLSearchParams(String(request?.body));

test("A federated app shows the identity's token to the tenant that is asked for, and no secret", async () => {
  const { httpClient, grants, asked } = entra();
  const tokens = graphTokens(federated("identity-1"), GLOBAL, { httpClient });
  expect(await tokens.token(A, false, NO_ABORT)).toBe("token-1");
  const identity = new URL(asked()[0]?.url ?? "").searchParams;
  expect(identity.get("resource")).toBe("api://AzureADTokenExchange");
  expect(identity.get("client_id")).toBe("identity-1");
  expect(grants()[0]?.url).toContain(`https://login.microsoftonline.com/${A}/oauth2/v2.0/token`);
  const grant = bodyOf(grants()[0]);
  expect(grant.get("client_id")).toBe("the-app");
  expect(grant.get("client_assertion")).toBe("assertion");
  expect(grant.get("scope")).toContain(`${GLOBAL}/.default`);
  expect(grant.has("client_secret")).toBe(false);
});

test("Each tenant has its own token, kept for the next request; the identity is asked at most once for all", async () => {
  const { httpClient, grants, asked } = entra();
  const tokens = graphTokens(federated("identity-2"), GLOBAL, { httpClient });
  const given: (string | undefined)[] = [];
  for (const tenant of [A, B, A, B]) given.push(await tokens.token(tenant, false, NO_ABORT));
  expect(given).toEqual(["token-1", "token-2", "token-1", "token-2"]);
  expect(await tokens.token(A, true, NO_ABORT)).toBe("token-3");
  expect(grants()).toHaveLength(3);
  expect(asked().length).toBeLessThanOrEqual(1);
});

test.each([
  ["https://graph.microsoft.us", "https://login.microsoftonline.us", "api://AzureADTokenExchangeUSGov"],
  ["https://dod-graph.microsoft.us", "https://login.microsoftonline.us", "api://AzureADTokenExchangeUSGov"],
  [
    "https://microsoftgraph.chinacloudapi.cn",
    "https://login.partner.microsoftonline.cn",
    "api://AzureADTokenExchangeChina",
  ],
])("Tokens for %s are from %s, for that Graph; the identity's are for %s", async (graph, authority, exchange) => {
  for (const config of [federated(`identity of ${graph}`), SECRET]) {
    const { httpClient, grants, asked } = entra();
    await graphTokens(config, graph, { httpClient }).token(A, false, NO_ABORT);
    expect(new URL(grants()[0]?.url ?? "").origin).toBe(authority);
    expect(bodyOf(grants()[0]).get("scope")).toContain(`${graph}/.default`);
    for (const { url } of asked()) expect(new URL(url).searchParams.get("resource")).toBe(exchange);
  }
});

test.each([700016, 7000229, 65001, 90002, 7000112, 53003])(
  "A tenant that answers AADSTS%d denies it: said without names, not asked again at once, and others have theirs",
  async (code) => {
    const { httpClient, grants } = entra((tenant) => (tenant === B ? code : undefined));
    const tokens = graphTokens(federated(`identity of ${code}`), GLOBAL, { httpClient });
    const failure = await tokens.token(B, false, NO_ABORT).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TenantDenied);
    expect(`${failure}`).toBe(`TenantDenied: AADSTS${code}`);
    const before = grants().length;
    await expect(tokens.token(B, false, NO_ABORT)).rejects.toThrow(TenantDenied);
    expect(grants()).toHaveLength(before);
    expect(await tokens.token(A, false, NO_ABORT)).toBe("token-1");
  },
);

test("A wrong secret is no tenant's denial: it may be put right at any moment", async () => {
  const { httpClient } = entra(() => 7_000_215);
  const failure = await graphTokens(SECRET, GLOBAL, { httpClient })
    .token(A, false, NO_ABORT)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(TenantDenied);
});

test("A managed identity has no token of another tenant than its own, and Graph is not asked for one", async () => {
  const { httpClient, asked } = entra();
  const tokens = graphTokens({ kind: "managedIdentity", tenantId: A }, GLOBAL, { httpClient });
  await expect(tokens.token(B, false, NO_ABORT)).rejects.toThrow(TenantDenied);
  expect(asked()).toEqual([]);
  expect(await tokens.token(A, false, NO_ABORT)).toBe("assertion");
});
