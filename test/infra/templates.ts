/** The compiled templates: what a snapshot does not show. */
import { describe, expect, test } from "vitest";
import { type Config, parseConfig } from "../../shared/config.js";
import { inCapitals } from "../../tools/events/place.js";
import { parametersOf } from "../../tools/events/stageTwo.js";
import { readTarget, type Target } from "../../tools/events/target.js";
import { type Template, withModules } from "./compiled.js";
import { HARDENED } from "./deployed.js";
import type { Workshop } from "./workshop.js";

const BASE = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  NOTIFICATION_URL: "https://func-outlook.azurewebsites.net/api/graph/notifications",
  CLIENT_STATE_KEYS: `k1:${Buffer.from("0".repeat(32)).toString("base64")}`,
  AUTH: "key",
};

/** Parameters that become one setting, and where the parsed value is. */
const NUMBERS: readonly (readonly [parameter: string, setting: string, of: (config: Config) => number])[] = [
  ["horizonDays", "HORIZON_DAYS", ({ policy }) => policy.horizonDays],
  ["reconcileMinutes", "RECONCILE_MINUTES", ({ policy }) => policy.reconcileMs / 60_000],
  ["pollMinutes", "POLL_MINUTES", ({ policy }) => policy.pollMs / 60_000],
  ["minRefreshIntervalSeconds", "MIN_REFRESH_INTERVAL_SECONDS", ({ policy }) => policy.minRefreshIntervalMs / 1000],
  ["confirmAfterSeconds", "CONFIRM_AFTER_SECONDS", ({ policy }) => policy.confirmAfterMs / 1000],
  ["defaultMaxAgeSeconds", "DEFAULT_MAX_AGE_SECONDS", ({ defaultMaxAgeMs }) => defaultMaxAgeMs / 1000],
];

export function templates(workshop: () => Workshop): void {
  describe("the compiled templates", () => {
    const all = () => [...withModules("main", workshop().main), ...withModules("events", workshop().events)];
    const parameter = (name: string) => {
      const found = workshop().main.parameters[name];
      if (found === undefined) throw new Error(`no parameter ${name}`);
      return found;
    };
    const resource = (template: Template, name: string) => template.resources[name] ?? {};

    test("every template, parameter, output and type says what it is", () => {
      const silent = all().flatMap(([name, template]) => {
        const parts = (["parameters", "outputs", "definitions"] as const).flatMap((kind) =>
          Object.entries(template[kind]).map(([part, one]) => [`${name} ${kind} ${part}`, one] as const),
        );
        const described = [[name, template] as const, ...parts];
        return described.filter(([, { metadata }]) => !metadata?.description).map(([place]) => place);
      });
      expect(silent).toEqual([]);
      expect(all().length).toBeGreaterThanOrEqual(13);
    });

    test("a parameter of the stages says whether it is required, and an optional one has a default", () => {
      for (const [name, template] of [["main", workshop().main] as const, ["events", workshop().events] as const])
        for (const [parameter, { metadata, defaultValue }] of Object.entries(template.parameters)) {
          const said = /^(Required|Optional)( for [^.]+| beside [^.]+)*\. /.exec(metadata?.description ?? "");
          expect(said, `${name} ${parameter}`).not.toBeNull();
          expect(defaultValue === undefined, `${name} ${parameter}`).toBe(said?.[0] === "Required. ");
        }
    });

    test.each(NUMBERS)("%s has the bounds and the default of %s", (name, setting, of) => {
      const { minValue = Number.NaN, maxValue = Number.NaN, defaultValue } = parameter(name);
      const parsed = (value: number): number => of(parseConfig({ ...BASE, [setting]: String(value) }));
      expect([parsed(minValue), parsed(maxValue)]).toEqual([minValue, maxValue]);
      expect(() => parsed(minValue - 1)).toThrow(setting);
      expect(() => parsed(maxValue + 1)).toThrow(setting);
      expect(of(parseConfig(BASE))).toBe(defaultValue);
    });

    test("the app knows every door and every way to ask that can be chosen", () => {
      const refusal = (settings: Readonly<Record<string, unknown>>): string => {
        try {
          parseConfig({
            ...BASE,
            AUTH_TENANT_ID: "00000000-0000-0000-0000-000000000002",
            AUTH_AUDIENCE: "a",
            ...settings,
          } as Record<string, string>);
          return "";
        } catch (error) {
          return String(error);
        }
      };
      // An event hub is an address of the app's door eventGrid: settings.test.ts has the app start with those settings.
      const doors = (parameter("notificationDoor").allowedValues ?? []).filter((door) => door !== "eventHub");
      expect(doors).toHaveLength(3);
      for (const door of doors) expect(refusal({ NOTIFICATION_DOOR: door })).not.toContain("should be one of");
      expect(parameter("notificationDoor").allowedValues).toContain(parseConfig(BASE).policy.door);
      for (const auth of parameter("auth").allowedValues ?? []) expect(refusal({ AUTH: auth })).toBe("");
    });

    test("instances have a size that the plan knows, and the type alone would not refuse another", () => {
      expect(parameter("instanceMemoryMB").allowedValues).toEqual([512, 2048, 4096]);
      expect(parameter("maximumInstanceCount")).toMatchObject({ minValue: 40, maxValue: 1000 });
    });

    test("roles come before the app, and what they are about before the roles", () => {
      expect(resource(workshop().main, "app").dependsOn).toEqual(
        expect.arrayContaining(["roles", "storage", "keyVault"]),
      );
      const before = ["identity", "storage", "monitoring", "keyVault"];
      expect(resource(workshop().main, "roles").dependsOn).toEqual(expect.arrayContaining(before));
      expect(resource(workshop().events, "subscriptions").dependsOn).toEqual(
        expect.arrayContaining(["rolesOfIdentity", "rolesOfTopics"]),
      );
    });

    test("the key is made once: a later deployment does not touch the secret", () => {
      const secrets = all().flatMap(([, template]) =>
        Object.values(template.resources).filter(
          ({ type, existing }) => type === "Microsoft.KeyVault/vaults/secrets" && !existing,
        ),
      );
      expect(secrets.map((secret) => secret["@options"])).toEqual([{ onlyIfNotExists: [] }]);
    });

    test("what is secret has no default but chance, and no template reads a key", () => {
      for (const [name, { parameters }] of all())
        for (const [parameter, { type, defaultValue }] of Object.entries(parameters))
          if (/^secure/i.test(type ?? "")) expect(defaultValue, `${name} ${parameter}`).toBe("[newGuid()]");
      expect(JSON.stringify([workshop().main, workshop().events])).not.toMatch(
        /\blist(Keys|AccountSas|Secrets|ServiceSas)?\(/i,
      );
    });

    test("events:setup finds in the outputs all that it needs, and gives stage two what it takes", async () => {
      expect(Object.keys(workshop().main.outputs).sort()).toEqual(Object.keys(HARDENED.outputs).sort());
      const account = async () => ({ code: 0, stdout: '{"id":"s"}', stderr: "" });
      const group = { AZURE_RESOURCE_GROUP: "rg-availability" };
      const texts = Object.entries(HARDENED.outputs).map(([name, value]) => [name, String(value)]);
      const outputs = { ...Object.fromEntries(texts), API_URL: "https://func-oa.azurewebsites.net/api", ...group };
      const target: Target = await readTarget(account, {}, { values: inCapitals(outputs) });
      expect(target).toMatchObject({ topics: ["oa-production-1", "oa-production-2"], identity: "SystemAssigned" });
      const given = parametersOf(target, target.topics, target.identity).parameters;
      expect(Object.keys(given).filter((name) => !(name in workshop().events.parameters))).toEqual([]);
      const needed = Object.entries(workshop().events.parameters).filter(
        ([, { defaultValue }]) => defaultValue === undefined,
      );
      expect(needed.filter(([name]) => !(name in given))).toEqual([]);
    });
  });
}
