import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Sandbox } from "../../../server/src/core/turns/index.ts";
import type { Job, Taken } from "./client.ts";
import type { Way } from "./transfers.ts";

const run = promisify(execFile);

export interface Runner {
  client(way: Way, job: Job): Promise<Taken>;
  stop(): Promise<void>;
}

/** Returns a runner that starts `client.ts` where the path requires: in one of the sandboxes, or outside. Its `stop` stops both sandboxes. */
export function createRunner({
  clientPath,
  withProxies,
  withoutProxies,
}: {
  /** The path that `placeClient` returned. */
  readonly clientPath: string;
  readonly withProxies: Sandbox;
  readonly withoutProxies: Sandbox;
}): Runner {
  return {
    async client(way, job) {
      const argv = ["node", clientPath, JSON.stringify(job)] as const;
      if (way === "whole") return runInside(withProxies, argv);
      if (way === "forwarder") return runInside(withoutProxies, argv);
      const { stdout } = await run(process.execPath, argv.slice(1));
      return JSON.parse(stdout) as Taken;
    },
    async stop() {
      await withProxies.stop();
      await withoutProxies.stop();
    },
  };
}

/** Copies the client to a path that every user can read, and returns the path. */
export async function placeClient(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o755 });
  const path = join(folder, "client.ts");
  await copyFile(fileURLToPath(new URL("client.ts", import.meta.url)), path);
  await chmod(path, 0o644);
  return path;
}

async function runInside(sandbox: Sandbox, argv: readonly [string, ...string[]]): Promise<Taken> {
  const program = sandbox.spawn({ argv, cwd: sandbox.workspacePath, env: {} }, new AbortController().signal);
  program.stdin.end();
  const [stdout, stderr, { code }] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    program.exited,
  ]);
  if (code !== 0) throw new Error(`The client exited with ${code} in its sandbox: ${stderr}`);
  return JSON.parse(stdout) as Taken;
}
