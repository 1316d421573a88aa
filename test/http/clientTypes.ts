/** The types of the client, made of the document's schemas. */
import { createRequire } from "node:module";
import type { OpenApi } from "./described.js";

/** The package's own types are at odds with `exactOptionalPropertyTypes`. */
const { compile } = createRequire(import.meta.url)("json-schema-to-typescript") as {
  readonly compile: (schema: object, name: string, options: object) => Promise<string>;
};

const BANNER = "/** What the interface takes and answers. Made of docs/openapi.json by `npm run openapi`. */";

/** Nothing is of this type: it only holds the others together. */
const ROOT = "Interface";

export async function clientTypes({ components }: OpenApi): Promise<string> {
  const definitions = JSON.parse(
    JSON.stringify(components.schemas, (key, value: unknown) =>
      key === "discriminator" ? undefined : value,
    ).replaceAll("#/components/schemas/", "#/definitions/"),
  );
  const text = await compile({ definitions }, ROOT, {
    bannerComment: BANNER,
    unreachableDefinitions: true,
    additionalProperties: false,
    ignoreMinAndMaxItems: true, // who maps a list has no tuple
    style: { printWidth: 120 },
  });
  return text
    .replace(new RegExp(`\\nexport interface ${ROOT} \\{[^}]*\\}\\n`), "")
    .replaceAll(new RegExp(`\\n \\* This interface was referenced by \`${ROOT}\`'s JSON-Schema\\n.*`, "g"), "")
    .replaceAll("\n *\n */", "\n */")
    .replaceAll("/**\n */\n", "");
}
