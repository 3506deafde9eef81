import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The npm packages that the fixtures are taken from; after a change run scripts/extract-github-contract.ts. */
export const contractSources = {
  rest: "@octokit/openapi@23.0.2",
  webhooks: "@octokit/openapi-webhooks@12.1.0",
  examples: "@octokit/webhooks-examples@7.6.1",
} as const;

/** What people and programs ask of GitHub in tests, besides what the adapter does. */
const routesOfOthers = [
  "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
  "PATCH /repos/{owner}/{repo}",
  "POST /repos/{owner}/{repo}/check-runs",
  "POST /repos/{owner}/{repo}/issues",
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/comments",
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  "POST /repos/{owner}/{repo}/statuses/{sha}",
];

/** GitHub answers there and redirects to it, but its description is silent of it. */
export const undescribedRoute = "GET /repositories/{id}";

/** "GET /repos/{owner}/{repo}": every route that the adapter's sources name, and those of others. */
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

/** "pull_request": the events that the adapter reads, and the first that a webhook is sent. */
export function usedEvents(): string[] {
  const source = readFileSync(join(import.meta.dirname, "../webhook/read-webhook.ts"), "utf8");
  const read = [...source.matchAll(/^ {2}\["([a-z_]+)", read/gm)].map(([, event = ""]) => event);
  return [...read, "ping"].sort();
}
