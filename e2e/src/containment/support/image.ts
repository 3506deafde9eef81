import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LayerDigest, SandboxSystem } from "../../../../server/src/core/turns/index.ts";
import { createLayers, layerOwner } from "../../../../server/src/layers/create-layers.ts";
import type { DiskLayers } from "../../../../server/src/layers/disk-layers.ts";
import { inChunks, makeTar, type TarEntry } from "../../../../server/src/layers/testing/make-tar.ts";
import type { SandboxLayers } from "../../../../server/src/sandbox/system/open-system.ts";
import { packImage } from "../../../../server/src/sandbox/testing/pack-image.ts";
import { testUidBase } from "../../../../server/src/sandbox/testing/run-in-sandbox.ts";

const quiet = { info() {}, warn() {}, error() {} };

export interface Image {
  readonly digests: SandboxSystem["layers"];
  readonly layers: SandboxLayers;
}

interface Store {
  readonly image: LayerDigest;
  readonly layers: DiskLayers;
  close(): Promise<void>;
}

let store: Promise<Store> | undefined;

/** Opens the image of this process, which has the programs of the probes, with further files. */
export async function openImage(files: readonly TarEntry[] = []): Promise<Image> {
  store ??= openStore();
  const { image, layers } = await store;
  const further = files.length === 0 ? [] : [await addTo(layers, inChunks(makeTar(files)))];
  return {
    digests: [image, ...further],
    layers: { mount: layers.mount.bind(layers), firstId: layerOwner(testUidBase)!.firstId },
  };
}

/** Removes the image of this process, if it was opened. */
export async function closeImage(): Promise<void> {
  await (await store)?.close();
}

async function openStore(): Promise<Store> {
  await using held = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-probes-image-"));
  held.defer(() => rm(dataDir, { recursive: true, force: true }));
  const layers = await createLayers({ dataDir, uidBase: testUidBase, maxBytes: 1024 ** 4, log: quiet });
  held.defer(() => layers.close());
  const image = await addTo(layers, packImage(dataDir, await listPrograms()));
  const kept = held.move();
  return { image, layers, close: () => kept.disposeAsync() };
}

const addTo = async (layers: DiskLayers, archive: AsyncIterable<Uint8Array>): Promise<LayerDigest> =>
  (await layers.add({ kind: "archive", archive }, AbortSignal.timeout(120_000))).digest;

/** Returns the paths of Perl with the modules and the locale that probes use, and of further programs. */
async function listPrograms(): Promise<readonly string[]> {
  const lister =
    'use strict; use warnings; use Socket; use POSIX (); use File::Glob; print "$_\\n" for values %INC, @DynaLoader::dl_shared_objects';
  const { stdout } = await promisify(execFile)("perl", ["-e", lister], { env: { LC_ALL: "C" } });
  return [
    "/usr/bin/perl",
    "/usr/bin/newgrp",
    "/usr/bin/sha256sum",
    "/usr/lib/locale/C.utf8",
    ...stdout.split("\n").filter(Boolean),
  ];
}
