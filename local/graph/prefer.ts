/** The `Prefer` header, one comma list or several headers. https://learn.microsoft.com/graph/api/resources/datetimetimezone */

export interface Preferences {
  readonly timeZone: string | undefined;
  readonly immutableIds: boolean;
  /** What `Preference-Applied` echoes. */
  readonly applied: string;
}

export function preferences(headers: Headers): Preferences {
  const text = headers.get("Prefer") ?? "";
  const zone = /(?:^|,)\s*outlook\.timezone\s*=\s*("[^"]*"|[^,]+)/i.exec(text);
  const idType = /(?:^|,)\s*IdType\s*=\s*"?ImmutableId"?/i.exec(text);
  const applied = [zone?.[0], idType?.[0]].flatMap((part) => (part === undefined ? [] : part.replace(/^[,\s]+/, "")));
  return {
    timeZone: zone?.[1]?.replaceAll('"', "").trim(),
    immutableIds: idType !== null,
    applied: applied.join(", "),
  };
}

/** The simulator's own ids change their prefix only; ids that a caller chose are the same in both forms. */
export const shownId = (id: string, immutable: boolean): string => (immutable ? id.replace(/^AAMk/, "AAkA") : id);
