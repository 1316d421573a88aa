/** Paging by offset, as Outlook pages: no snapshot, so a change between two pages moves what follows. */
import { GraphFailure } from "./answers.js";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "./limits.js";

/** `$top` and `$skip` of a request. */
export function pageOf(url: URL): { readonly skip: number; readonly top: number } {
  const top = numberOf(url, "$top", PAGE_SIZE_DEFAULT);
  if (top < 1 || top > PAGE_SIZE_MAX)
    throw new GraphFailure(400, "BadRequest", `The limit of '${PAGE_SIZE_MAX}' for Top query has been exceeded.`);
  return { skip: numberOf(url, "$skip", 0), top };
}

function numberOf(url: URL, name: string, byDefault: number): number {
  const text = url.searchParams.get(name) ?? String(byDefault);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new GraphFailure(400, "BadRequest", `Invalid value '${text}' for ${name} query option found.`);
}

/** The absolute link of the next page, encoded as Graph encodes it: `%24top=10&%24skip=10`. */
export function nextLink(url: URL, baseUrl: string, skip: number, top: number): string {
  const kept = [...url.searchParams].filter(([name]) => name !== "$skip" && name !== "$top");
  const query = [...kept, ["$top", String(top)] as const, ["$skip", String(skip)] as const];
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${baseUrl}${url.pathname}?${pairs.join("&")}`;
}
