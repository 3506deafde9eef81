import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { Logger } from "../../core/ports/logger.ts";
import type { LocalPullRequest, Queries } from "../../core/ports/store.ts";
import type { Repository } from "../../core/repository/repository.ts";
import { createLocalForge } from "./local-forge.ts";

export const silent: Logger = { info() {}, warn() {}, error() {} };

export const repository: Repository = {
  id: "0198c0de-0000-7000-8000-000000000001",
  organizationId: "0198c0de-0000-7000-8000-000000000002",
  forge: "local",
  owner: "acme",
  name: "app",
  connectedUrl: null,
  description: null,
  defaultBranch: "main",
  enabledAt: new Date(0),
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

export async function makeForge(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-forge-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const store = { localPullRequests: inMemory() };
  const forge = createLocalForge({ dataDir, publicUrl: () => "https://tembo.example", store, log: silent });
  await forge.createRepository(repository);
  const person = join(dataDir, "person");
  const path = join(dataDir, "forge/acme/app.git");
  return { forge, repository, dataDir, path, person, store };
}

/** Git as people run it, without the machine's configuration. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
    },
  });
  return stdout.trimEnd();
}

/** That part of the store, in memory. */
function inMemory(): Queries["localPullRequests"] {
  const rows: (LocalPullRequest & { repositoryId: string })[] = [];
  const at = (repositoryId: string, number: number) =>
    rows.findIndex((row) => row.repositoryId === repositoryId && row.number === number);
  const findOpen = async (repositoryId: string, head: string, base: string) =>
    rows.find(
      (row) =>
        row.repositoryId === repositoryId && row.head === head && row.base === base && row.status === "open",
    ) ?? null;
  return {
    findOpen,
    find: async (repositoryId, number) => rows[at(repositoryId, number)] ?? null,
    insert: async (input) => {
      const open = await findOpen(input.repositoryId, input.head, input.base);
      if (open) return open;
      const number = rows.filter((row) => row.repositoryId === input.repositoryId).length + 1;
      const row = { ...input, number, status: "open" as const, mergedAt: null };
      rows.push(row);
      return row;
    },
    update: async (repositoryId, number, change) => {
      const index = at(repositoryId, number);
      if (index < 0) return null;
      rows[index] = { ...rows[index]!, ...change };
      return rows[index]!;
    },
  };
}
