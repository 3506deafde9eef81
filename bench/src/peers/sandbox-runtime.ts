import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installPeer } from "./install-peer.ts";

const PACKAGE = { name: "@anthropic-ai/sandbox-runtime", version: "0.0.83" } as const;
/** Programs that the package starts and that its npm package does not contain. */
const PROGRAMS = ["bwrap", "socat", "rg"];

interface SandboxManager {
  initialize(config: object): Promise<void>;
  wrapWithSandbox(command: string): Promise<string>;
  reset(): Promise<void>;
}

export interface SandboxRuntime extends AsyncDisposable {
  readonly name: string;
  /** Runs `true` in a new sandbox. Returns the milliseconds until it exits. */
  run(): Promise<number>;
}

/** Starts the proxies of sandbox-runtime. Its sandboxes write to one folder and reach no host. Returns null if a program is missing. */
export async function startSandboxRuntime(): Promise<SandboxRuntime | null> {
  if (PROGRAMS.some((program) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0)) return null;
  await using cleanup = new AsyncDisposableStack();
  const installed = await installPeer(PACKAGE);
  const module: { SandboxManager: SandboxManager } = await import(
    pathToFileURL(join(installed, "dist/index.js")).href
  );
  const manager = module.SandboxManager;
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-srt-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  await manager.initialize({
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: { denyRead: [], allowWrite: [folder], denyWrite: [] },
  });
  cleanup.defer(() => manager.reset());
  const owned = cleanup.move();
  return {
    name: `sandbox-runtime ${PACKAGE.version}`,
    run: async () => {
      const startedAt = performance.now();
      const command = await manager.wrapWithSandbox("true");
      const child = spawn("/bin/sh", ["-c", command], {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
      });
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`true exited with ${code} in a sandbox of ${PACKAGE.name}`);
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
