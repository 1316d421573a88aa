/** What the document says of an answer, checked with a validator that knows nothing of zod. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export interface DocumentedOperation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}
export type Schema = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, MediaType>>;
interface MediaType {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Response {
  readonly $ref?: string;
  readonly content?: Content;
}

export interface OpenApi {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

export class Described {
  readonly document: OpenApi;
  readonly #ajv = new Ajv2020({ allErrors: true, strictTypes: false, keywords: ["discriminator"] });
  readonly #compiled = new Map<string, ValidateFunction>();

  /** Throws where a schema of the document is none. */
  constructor(document: OpenApi) {
    this.document = document;
    addFormats.default(this.#ajv);
    for (const [name, schema] of Object.entries(document.components.schemas))
      this.#ajv.addSchema({ $id: `component:${name}`, ...alone(schema) });
    for (const name of Object.keys(document.components.schemas)) this.#ajv.compile({ $ref: `component:${name}` });
  }

  get operations(): readonly (DocumentedOperation & { readonly method: string; readonly path: string })[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
    );
  }

  /** The media types and schemas of an operation's answer with this status; `undefined` where it is not described. */
  content(operationId: string, status: number): Content | undefined {
    const response = this.operations.find((one) => one.operationId === operationId)?.responses[status];
    if (response === undefined) return undefined;
    const { $ref } = response;
    const meant = $ref === undefined ? response : this.document.components.responses[$ref.split("/").at(-1) ?? ""];
    return meant?.content ?? {};
  }

  /** What is wrong with an answer of the operation; nothing where it is as described. */
  faults(operationId: string, { status, headers, text, body }: Answer): readonly string[] {
    const content = this.content(operationId, status);
    if (content === undefined) return [`${operationId} is not described to answer ${status}`];
    const [mediaType = ""] = (headers.get("content-type") ?? "application/json").split(";");
    if (Object.keys(content).length === 0) return text === "" ? [] : ["a body where none is described"];
    const schema = content[mediaType]?.schema;
    if (schema === undefined) return [`${operationId} ${status} is not described as ${mediaType}`];
    return this.mismatches(schema, mediaType === "text/plain" ? text : body);
  }

  /** What keeps the value from being what the schema says. */
  mismatches(schema: Schema, value: unknown): readonly string[] {
    const key = JSON.stringify(schema);
    const validate = this.#compiled.get(key) ?? this.#ajv.compile(alone(schema));
    this.#compiled.set(key, validate);
    return validate(value) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** Details of errors that do not say what to do about them. */
export const withoutRemedy = ({ body }: Answer): readonly string[] =>
  (body as { readonly errors: readonly { readonly detail: string }[] }).errors
    .map(({ detail }) => detail)
    .filter((detail) => !REMEDY.test(detail));

/** What should be there, or after what is wrong, what to do. */
const REMEDY =
  /\bshould (?:be|have|name|hold|at)\b|; (?:leave|give|make|ask|send|watch|begin|name|one of|a plus sign|what goes)\b/;

/** `ifStale: fail` asks for 503 where a calendar is too old: that is no fault. */
export const isTooOld = ({ status, body }: Answer): boolean =>
  status === 503 && (body as { readonly code?: unknown } | undefined)?.code === "staleData";

/** The schema outside of the document. */
const alone = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "component:")) as Schema;
