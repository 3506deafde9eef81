/** Program that mounts a layer, prints its path and waits. Prints the layer's file for each line of its input. Arguments: data folder, format and digest. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LayerDigest } from "../../core/turns/index.ts";
import { DiskLayers } from "../disk-layers.ts";
import { LayerFolders } from "../store/layer-folders.ts";
import { formatNamed, quietLog, type TestedFormat, testLimits, testOwner } from "./open-layers.ts";

const [dataDir, name, digest] = process.argv.slice(2) as [string, TestedFormat, LayerDigest];
const owner = name === "ownFolder" ? null : testOwner;
const layers = await DiskLayers.open({
  folders: await LayerFolders.open(dataDir),
  owner,
  formats: [formatNamed(name, owner)],
  reason: "the test chose it",
  maxBytes: 1024 ** 3,
  limits: testLimits,
  log: quietLog,
});
const { folders } = await layers.mount([digest], new AbortController().signal);
const { path } = folders[0]!;
console.log(path);
process.stdin.on("data", () => console.log(readFileSync(join(path, "file"), "utf8")));
setInterval(() => {}, 60_000);
