import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SystemProfile } from "../../../../server/src/core/turns/index.ts";
import { createLayers, layerOwner } from "../../../../server/src/layers/create-layers.ts";
import { inChunks, makeTar, type TarEntry } from "../../../../server/src/layers/testing/make-tar.ts";
import { packImage } from "../../../../server/src/sandbox/testing/pack-image.ts";
import { specOf, testUidBase } from "../../../../server/src/sandbox/testing/run-in-sandbox.ts";
import type { Control } from "./controls.ts";
import { runIn, type StageOptions } from "./stage.ts";

const quiet = { info() {}, warn() {}, error() {} };

/** Returns a stage whose sandboxes run an image with further files, as profile `user` or `root`. */
export async function withImage(
  profile: SystemProfile,
  files: readonly TarEntry[] = [],
): Promise<Pick<StageOptions, "system" | "layers"> & { alsoClose(): Promise<void> }> {
  await using held = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-probes-image-"));
  held.defer(() => rm(dataDir, { recursive: true, force: true }));
  const layers = await createLayers({ dataDir, uidBase: testUidBase, maxBytes: 1024 ** 4, log: quiet });
  held.defer(() => layers.close());
  const add = async (archive: AsyncIterable<Uint8Array>) =>
    (await layers.add({ kind: "archive", archive }, AbortSignal.timeout(120_000))).digest;
  const image = await add(packImage(dataDir));
  const further = files.length === 0 ? [] : [await add(inChunks(makeTar(files)))];
  const kept = held.move();
  return {
    system: { layers: [image, ...further], profile, env: {} },
    layers: { mount: layers.mount.bind(layers), firstId: layerOwner(testUidBase)!.firstId },
    alsoClose: () => kept.disposeAsync(),
  };
}

/** Runs the script as root of the stage's system. */
export const asRootOfSystem: Control = async (script, stage) => {
  const { system } = stage.spec;
  if (system === null || system.profile === "builder") throw new Error("The stage has no system of layers.");
  const sandbox = await stage.provider.create({ ...specOf(3), system: { ...system, profile: "root" } });
  try {
    return await runIn(sandbox, script, stage.places);
  } finally {
    await sandbox.stop();
  }
};
