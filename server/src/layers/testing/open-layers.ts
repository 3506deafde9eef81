import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { tryFormats } from "../choose-format.ts";
import type { LayerOwner } from "../confine/start-confined.ts";
import { layerOwner } from "../create-layers.ts";
import { DiskLayers, type DiskLayersOptions } from "../disk-layers.ts";
import { folderFormat } from "../formats/folder-format.ts";
import type { LayerFormat } from "../formats/format.ts";
import { erofsFormat, squashfsFormat } from "../formats/image-format.ts";
import { LayerFolders } from "../store/layer-folders.ts";

/** Formats under test. `ownFolder` is the folder format of a server without root. */
export type TestedFormat = "erofs" | "squashfs" | "folder" | "ownFolder";

export const testOwner = layerOwner(400_000);
const scratch = await mkdtemp(join(tmpdir(), "tembo-formats-"));
const trials = await tryFormats(testOwner, join(scratch, "trial"));
await rm(scratch, { recursive: true });

/** Returns the reason why this machine cannot test the format, or false. */
export function skipReason(name: TestedFormat): string | false {
  if (name !== "ownFolder" && name !== "folder" && testOwner === null) return "needs root";
  const trial = trials.find(({ format }) => format.name === (name === "ownFolder" ? "folder" : name));
  return trial?.problem ?? false;
}

export const formatNamed = (name: TestedFormat, owner: LayerOwner | null): LayerFormat => {
  if (name === "ownFolder" || owner === null) return folderFormat(null);
  return { erofs: erofsFormat, squashfs: squashfsFormat, folder: folderFormat }[name](owner);
};

export const testLimits = { maxBytes: 4 * 1024 ** 2, maxEntries: 1_000, maxNameBytes: 1024 ** 2 };
export const quietLog = { info() {}, warn() {}, error() {} };

export type OpenLayers = (options?: Partial<DiskLayersOptions>) => Promise<DiskLayers>;

/** Creates a data folder. Returns the folder, and a function that opens its layers. Layers that remain open are closed after the test. */
export async function makeLayersFolder(
  t: TestContext,
  name: TestedFormat,
): Promise<{ readonly dataDir: string; readonly open: OpenLayers }> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-layers-"));
  const opened: DiskLayers[] = [];
  const owner = name === "ownFolder" ? null : testOwner;
  t.after(async () => {
    for (const layers of opened) await layers.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const open: OpenLayers = async (options = {}) => {
    const layers = await DiskLayers.open({
      folders: options.folders ?? (await LayerFolders.open(dataDir)),
      owner,
      formats: [formatNamed(name, owner)],
      reason: "the test chose it",
      maxBytes: 1024 ** 3,
      limits: testLimits,
      log: quietLog,
      ...options,
    });
    opened.push(layers);
    return layers;
  };
  return { dataDir, open };
}
