import type { FakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

export const id = "01a2154f-cdd9-78d2-bb54-1ddccf9c24ba";
export const repositoryId = "01a2154f-0000-78d2-bb54-1ddccf9c24ba";
export const snapshotId = "01a2154f-1111-78d2-bb54-1ddccf9c24ba";
export const at = "2026-01-01T00:00:00.000Z";

export const project = {
  id,
  name: "Web",
  description: null,
  icon: "folder",
  color: "neutral",
  sizes: ["micro", "medium"],
  defaultForSizes: ["medium"],
  codeRepositoryIds: [repositoryId],
  setupScript: "npm ci\n",
  agentInstructions: null,
  includeDeps: true,
  includeSkills: false,
  warmPoolEnabled: false,
  activeSnapshots: [{ id: snapshotId, size: "micro", builtAt: at }],
  createdAt: at,
  updatedAt: at,
  source: { kind: "dockerfile", repositoryId, path: "Dockerfile" },
  startScript: null,
  services: [{ name: "db", command: "postgres", ready: { tcp: 5432 } }],
  user: "root",
  containers: true,
  baseBranches: { [repositoryId]: "dev" },
  refresh: true,
  isDefaultForRepositories: true,
  runsOn: ["gpu"],
};

export const list = (...items: object[]) => ({ items, nextCursor: null });

/** Responses that every command needs to find the project and its repository by name. */
export const known = {
  "GET /v1/projects": { ...list({ ...project, id: "p0", name: "Website" }, project), hasBuiltSnapshot: true },
  [`GET /v1/projects/${id}`]: project,
  "GET /v1/repositories": list({ id: repositoryId, owner: "acme", name: "web" }),
};

export const run = (api: FakeApi, args: readonly string[], options: Parameters<typeof runCommand>[1] = {}) =>
  runCommand(["project", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url }, ...options });

/** Returns the requests that change something, each with its body. */
export const changesOf = (api: FakeApi) =>
  api.asked.filter(({ line }) => !line.startsWith("GET ")).map(({ line, body }) => [line, body]);
