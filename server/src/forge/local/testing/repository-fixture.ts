import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { Logger } from "../../../core/base/index.ts";
import { makeRepository } from "../git/repositories.ts";

export const silent: Logger = { info() {}, warn() {}, error() {} };

/** Creates a data folder with the empty repository acme/app. */
export async function makeRepositories(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-forge-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  await makeRepository(dataDir, { owner: "acme", name: "app" }, "main");
  return { dataDir, path: join(dataDir, "forge/acme/app.git"), person: join(dataDir, "person") };
}

/** Runs git as a user, but without the machine's configuration. */
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
