/** The document as it is served. */
import { openApiDocument } from "./document.js";
import examples from "./examples.json" with { type: "json" };
import { OPERATIONS } from "./operations.js";

let text: string | undefined;

/** Made once, when it is first asked for. */
export const openApiText = (): string => {
  text ??= JSON.stringify(openApiDocument(OPERATIONS, examples));
  return text;
};
