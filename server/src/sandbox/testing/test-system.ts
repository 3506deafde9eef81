import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { LayerSource, SandboxSystem, SystemProfile } from "../../core/turns/index.ts";
import { createLayers, layerOwner } from "../../layers/create-layers.ts";
import type { SandboxLayers } from "../system/open-system.ts";
import { makeProvider } from "./make-provider.ts";
import { packImage } from "./pack-image.ts";
import { testUidBase } from "./run-in-sandbox.ts";

const quiet = { info() {}, warn() {}, error() {} };

/** Layers of this process, and a root file system that was made of parts of this machine. */
export interface TestSystem {
  readonly layers: SandboxLayers;
  readonly image: SandboxSystem["layers"][0];
  /** Adds a layer and returns its digest. */
  readonly add: (source: LayerSource) => Promise<SandboxSystem["layers"][0]>;
}

let opened: Promise<TestSystem> | undefined;

/** Returns the system for tests of this process. Creates it on first use, which must be outside tests, and removes it after the process's tests. */
export function openTestSystem(): Promise<TestSystem> {
  opened ??= create();
  return opened;
}

export async function systemOf(profile: SystemProfile): Promise<SandboxSystem> {
  const { image } = await openTestSystem();
  return { layers: [image], profile, env: { PATH: "/opt/image/bin:/usr/bin:/bin" } };
}

/**
 * Returns a function that makes providers, as `makeProvider` does, whose sandboxes all have the test system. Must be called outside tests.
 */
export async function makeWithSystem(profile: SystemProfile): Promise<typeof makeProvider> {
  const { layers } = await openTestSystem();
  const system = await systemOf(profile);
  return async (name, dataDir, options) => {
    const provider = await makeProvider(name, dataDir, { ...options, layers });
    return { ...provider, create: (spec) => provider.create({ ...spec, system: spec.system ?? system }) };
  };
}

async function create(): Promise<TestSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-test-system-"));
  const layers = await createLayers({ dataDir, uidBase: testUidBase, maxBytes: 1024 ** 4, log: quiet });
  after(async () => {
    await layers.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const add = async (source: LayerSource) => (await layers.add(source, AbortSignal.timeout(120_000))).digest;
  const image = await add({ kind: "archive", archive: packImage(dataDir) });
  const firstId = layerOwner(testUidBase)?.firstId ?? process.getuid!();
  return { layers: { mount: (digests, signal) => layers.mount(digests, signal), firstId }, image, add };
}
