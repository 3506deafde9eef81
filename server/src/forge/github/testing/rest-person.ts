import type { ForgePerson } from "../../testing/forge-under-test.ts";

/** Sends a request as a user, without the adapter, and returns the parsed response. Throws if the response is not successful. */
export type AskAs = (method: string, path: string, body?: unknown) => Promise<unknown>;

export function askAs(apiUrl: string, token: string): AskAs {
  return async (method, path, body) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
}

/** Creates a user who acts through GitHub's REST API in a repository: "/repos/acme/app". */
export async function restPerson(ask: AskAs, at: string): Promise<ForgePerson> {
  const me = (await ask("GET", "/user")) as { readonly id: number; readonly login: string };
  const numberOf = (made: unknown) => (made as { readonly number: number }).number;
  const events = { approved: "APPROVE", changesRequested: "REQUEST_CHANGES", commented: "COMMENT" };
  return {
    id: String(me.id),
    login: me.login,
    comment: async ({ number }, body) =>
      void (await ask("POST", `${at}/issues/${number}/comments`, { body })),
    review: async (number, { state, body, comments }) =>
      void (await ask("POST", `${at}/pulls/${number}/reviews`, { event: events[state], body, comments })),
    openIssue: async (issue) => numberOf(await ask("POST", `${at}/issues`, issue)),
    openPullRequest: async (input) => numberOf(await ask("POST", `${at}/pulls`, input)),
    merge: async (number) => void (await ask("PUT", `${at}/pulls/${number}/merge`, {})),
    close: async (number) => void (await ask("PATCH", `${at}/pulls/${number}`, { state: "closed" })),
  };
}
