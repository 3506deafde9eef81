import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { git } from "@tembo/e2e/support";
import { installPeer } from "./install-peer.ts";

const PACKAGE = { name: "opencode-ai", version: "1.18.33" } as const;

export interface OpenCode extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

/** Starts `opencode serve` in an empty git repository, with a data folder of its own and without connections to other hosts. */
export async function startOpenCode(): Promise<OpenCode> {
  await using cleanup = new AsyncDisposableStack();
  const installed = await installPeer(PACKAGE);
  const program = join(installed, "..", `opencode-linux-${process.arch}`, "bin/opencode");
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-opencode-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const cwd = join(folder, "app");
  await mkdir(cwd);
  await git(cwd, null, "init", "--quiet");
  await git(cwd, null, "commit", "--quiet", "--allow-empty", "--message", "First");
  const child = spawn(program, ["serve", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  cleanup.defer(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /listening on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`opencode exited with ${code} before it was ready.`)));
  });
  const owned = cleanup.move();
  return {
    name: `opencode serve ${PACKAGE.version}`,
    url,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
