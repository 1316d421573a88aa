/** The first subscription is the app's own: it makes one for the first calendar that somebody watches. */

const ANSWER_MS_MAX = 30_000;

/** Errors: throws where the app refuses; the mailbox is not named. */
export async function watchFirst(
  request: typeof fetch,
  apiUrl: string,
  mailbox: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { API_TOKEN: token, API_KEY: key } = environment;
  if (!token && !key)
    throw new Error(
      "--watch needs API_TOKEN (a token with the role Calendars.Manage) or API_KEY (a Functions key) in the environment",
    );
  const response = await request(`${apiUrl}/watch`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : { "x-functions-key": key ?? "" }),
    },
    body: JSON.stringify({ calendars: [{ mailbox }] }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  if (!response.ok) throw new Error(`POST ${apiUrl}/watch was answered with ${response.status}`);
}
