import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** npm packages from which the fixtures are extracted. After you change a version, run scripts/extract-github-contract.ts. */
export const contractSources = {
  rest: "@octokit/openapi@23.0.2",
  webhooks: "@octokit/openapi-webhooks@12.1.0",
  examples: "@octokit/webhooks-examples@7.6.1",
} as const;

/** Routes that users and programs request in tests, in addition to the adapter's routes. */
const routesOfOthers = [
  "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
  "PATCH /repos/{owner}/{repo}",
  "POST /repos/{owner}/{repo}/check-runs",
  "POST /repos/{owner}/{repo}/issues",
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments",
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  "POST /repos/{owner}/{repo}/statuses/{sha}",
];

/** Route that GitHub serves and redirects to, although its OpenAPI description omits it. */
export const undescribedRoute = "GET /repositories/{id}";

/** Lists the routes in the adapter's sources and `routesOfOthers`, in the form "GET /repos/{owner}/{repo}". */
export function usedRoutes(): string[] {
  const folder = join(import.meta.dirname, "..");
  const routes = new Set(routesOfOthers);
  for (const file of globSync("**/*.ts", { cwd: folder })) {
    if (file.startsWith("testing/") || file.endsWith(".test.ts")) continue;
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, route = ""] of source.matchAll(/"((?:GET|POST|PUT|PATCH|DELETE) \/[^"\s]+)"/g))
      routes.add(route);
  }
  routes.delete(undescribedRoute);
  return [...routes].sort();
}

/** Lists the events that the adapter reads, such as "pull_request", and `ping`, the first event that GitHub sends to a webhook. */
export function usedEvents(): string[] {
  const source = readFileSync(join(import.meta.dirname, "../webhook/read-webhook.ts"), "utf8");
  const read = [...source.matchAll(/^ {2}\["([a-z_]+)", read/gm)].map(([, event = ""]) => event);
  return [...read, "ping"].sort();
}
