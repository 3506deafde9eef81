/** Program that adds and mounts a layer as a user without root. Prints what it finds as JSON. Argument: the data folder. */
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLayers } from "../create-layers.ts";
import { inChunks, makeTar } from "./make-tar.ts";
import { quietLog } from "./open-layers.ts";

const signal = new AbortController().signal;
const dataDir = process.argv[2]!;
const layers = await createLayers({ dataDir, uidBase: 300_000, maxBytes: 1024 ** 3, log: quietLog });
const archive = makeTar([
  { name: "closed/", mode: 0o500 },
  { name: "closed/program", body: "x", mode: 0o4755, uid: 7 },
]);
const { digest } = await layers.add({ kind: "archive", archive: inChunks(archive) }, signal);
const { folders, release } = await layers.mount([digest], signal);
const { path, firstId } = folders[0]!;
const program = lstatSync(join(path, "closed/program"));
const found = {
  format: layers.format,
  digest,
  firstId,
  content: readFileSync(join(path, "closed/program"), "utf8"),
  mode: (program.mode & 0o7777).toString(8),
  uid: program.uid,
};
await release();
const isRemoved = (await layers.remove(digest)) && !existsSync(path);
console.log(JSON.stringify({ ...found, isRemoved }));
