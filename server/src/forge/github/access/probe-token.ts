import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { GithubClient } from "../api/client.ts";
import { statusOf } from "../api/refusal.ts";
import { readAnswer } from "../read/read.ts";
import { repository as repositoryReader } from "../read/repository.ts";
import { named } from "../repository/named.ts";
import type { AccessResult } from "./access-result.ts";

/**
 * Read requests, each of which requires a single permission. Write access cannot be probed without side effects, so the result message states
 * that it is unknown.
 */
const probes = [
  { permission: "Contents", route: "GET /repos/{owner}/{repo}/branches" },
  { permission: "Pull requests", route: "GET /repos/{owner}/{repo}/pulls" },
  { permission: "Issues", route: "GET /repos/{owner}/{repo}/issues" },
  { permission: "Actions", route: "GET /repos/{owner}/{repo}/actions/runs" },
  { permission: "Webhooks", route: "GET /repos/{owner}/{repo}/hooks" },
] as const;

/** Probes a fine-grained token on the first repository to which it can push. */
export async function probeToken(client: GithubClient, login: string): Promise<AccessResult> {
  const { data } = await client.ask("list the repositories", (request) =>
    request("GET /user/repos", { per_page: 30, sort: "pushed" }),
  );
  const repositories = readAnswer(z.array(repositoryReader), data).map((read) => read.repository);
  const tried = repositories.find(({ canPush }) => canPush);
  if (tried === undefined) {
    const which =
      repositories.length === 0 ? "cannot access any repository" : "cannot push to any repository";
    return {
      isHealthy: false,
      message: `The token of ${login} ${which}. Grant the token access to at least one repository.`,
    };
  }
  const missing: string[] = [];
  for (const { permission, route } of probes) {
    if (!(await isPermitted(client, route, { owner: tried.owner, repo: tried.name })))
      missing.push(permission);
  }
  if (missing.length > 0) {
    return {
      isHealthy: false,
      message: `The token of ${login} lacks permissions in ${named(tried)}: ${missing.join(", ")}. It requires "Read and write" for Contents, Pull requests, Issues and Webhooks, and "Read-only" for Actions, Commit statuses and Metadata.`,
    };
  }
  return {
    isHealthy: true,
    message: `The token of ${login} has all the read permissions that it needs in ${named(tried)}. The first pull request shows whether the token can also write.`,
  };
}

/**
 * True if the response does not indicate a missing permission. Statuses 404 and 410 usually mean that the feature is disabled in the
 * repository.
 */
async function isPermitted(
  client: GithubClient,
  route: (typeof probes)[number]["route"],
  path: { readonly owner: string; readonly repo: string },
): Promise<boolean> {
  try {
    await client.ask<unknown>("test the token's read permission", (request) =>
      request(route, { ...path, per_page: 1 }),
    );
    return true;
  } catch (error) {
    const status = statusOf(error);
    // An exhausted rate limit also returns 403, but has another error code.
    if (status === 403 && error instanceof AppError && error.code === "forge_unauthorized") return false;
    // GitHub returns 404 for webhooks that the token cannot read.
    if (status === 404) return !route.endsWith("/hooks");
    if (status === 410) return true;
    throw error;
  }
}
