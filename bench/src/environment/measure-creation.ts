import { existsSync } from "node:fs";
import type { LayerDigest, SandboxProvider } from "../../../server/src/core/turns/index.ts";
import { type DeferredLayers, deferLayers } from "../../../server/src/layers/defer-layers.ts";
import type { SandboxOptions } from "../../../server/src/sandbox/plug-in.ts";
import { getSandbox } from "../../../server/src/sandbox/plug-ins.ts";
import { packImage } from "../../../server/src/sandbox/testing/pack-image.ts";
import { createBenchSandbox } from "../support/create-bench-sandbox.ts";
import { runNext } from "./run-next.ts";

const RUNS = 25;
const addingMs = 120_000;

/** Systems of a sandbox that are compared: the programs of this machine, and an image with each profile. */
export const systems = ["host", "user", "root"] as const;
export type Creation = Record<(typeof systems)[number], number[]>;

/**
 * Measures from the creation of a sandbox to the exit of its first program, in turn with each system. The layer is already mounted, as while
 * another session of the project runs. Returns null if the server is not root or this machine does not have the sandbox.
 */
export async function measureCreation(
  name: string,
  options: SandboxOptions & { readonly layers: DeferredLayers },
  digest: LayerDigest,
): Promise<Creation | null> {
  if (process.getuid?.() !== 0 || (name === "runsc" && !existsSync("/usr/bin/runsc"))) return null;
  const provider = getSandbox(name).create(options);
  const held = await options.layers.mount([digest], AbortSignal.timeout(addingMs));
  try {
    return await measureEach(provider, digest);
  } finally {
    await held.release();
  }
}

async function measureEach(provider: SandboxProvider, digest: LayerDigest): Promise<Creation> {
  const times: Creation = { host: [], user: [], root: [] };
  let number = 0;
  for (let round = -1; round < RUNS; round += 1)
    for (const profile of systems) {
      const system = profile === "host" ? null : ({ layers: [digest], profile, env: {} } as const);
      const startedAt = performance.now();
      const sandbox = await createBenchSandbox(provider, ++number, [], system);
      await runNext(sandbox);
      if (round >= 0) times[profile].push(performance.now() - startedAt);
      await sandbox.stop();
    }
  return times;
}

/** Opens the layers of a data folder, with an image that consists of parts of this machine. */
export async function openBenchLayers(options: Pick<SandboxOptions, "dataDir" | "uidBase" | "log">) {
  const layers = deferLayers({ ...options, maxBytes: 1024 ** 4 });
  const source = { kind: "archive", archive: packImage(options.dataDir) } as const;
  const { digest } = await (await layers.open()).add(source, AbortSignal.timeout(addingMs));
  return { layers, digest };
}
