import type { Fetch } from "../api/bounded-fetch.ts";
import { graphqlUrl } from "../api/graphql-url.ts";

type Items = readonly { readonly [key: string]: unknown }[];

/**
 * What GitHub has and the local forge has not: GraphQL, lists of comments of a whole repository, an App called github-actions whose
 * check runs are jobs, and a storage that logs lie in. Each is put together from what it has; where it has its own, that is passed on.
 */
export function fillLocalGaps(apiUrl: string, at: string, inner: Fetch = fetch): Fetch {
  return async (input, init) => {
    const url = String(input);
    const response = await inner(input, init);
    const ask = async (path: string, method = "GET", body?: unknown) => {
      const headers = new Headers(init?.headers);
      headers.set("content-type", "application/json");
      const asked = await inner(`${apiUrl}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (await asked.json()) as Items;
    };
    if (url.includes("/check-runs?")) {
      const answer = (await response.json()) as { readonly check_runs: Items };
      const check_runs = answer.check_runs.map((run) => ({
        ...run,
        app: { ...(run.app as object), slug: "github-actions" },
      }));
      return json(response, { ...answer, check_runs });
    }
    if (response.status === 200 && /\/jobs\/\d+\/logs$/.test(url)) {
      const log = Buffer.from(await response.arrayBuffer()).toString("base64");
      return new Response(null, { status: 302, headers: { location: `data:text/plain;base64,${log}` } });
    }
    if (response.status !== 404) return response;
    if (url === graphqlUrl(apiUrl)) {
      const { query, variables } = JSON.parse(String(init?.body)) as Document;
      const pulls = await ask(`${at}/pulls?state=all&per_page=100`);
      const pull = pulls.find(({ node_id }) => node_id === variables.pullRequestId);
      await ask(`${at}/pulls/${pull?.number}`, "PATCH", {
        draft: query.includes("convertPullRequestToDraft"),
      });
      return json(null, { data: {} });
    }
    const kind = /\/(issues|pulls)\/comments\?/.exec(url)?.[1];
    if (kind === undefined || init?.method === "POST") return response;
    const threads = await ask(`${at}/${kind}?state=all&per_page=100`);
    const comments = await Promise.all(
      threads.map(({ number }) => ask(`${at}/${kind}/${number}/comments?per_page=100`)),
    );
    return json(null, comments.flat());
  };
}

interface Document {
  readonly query: string;
  readonly variables: { readonly pullRequestId: string };
}

function json(response: Response | null, body: unknown): Response {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return new Response(JSON.stringify(body), { status: response?.status ?? 200, headers });
}
