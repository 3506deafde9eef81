import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { runConfined } from "../confine/run-confined.ts";
import type { LayerOwner } from "../confine/start-confined.ts";
import type { LayerFormat } from "./format.ts";

/** Returns the format whose images the Linux kernel mounts. A confined program creates each image from our own archive. */
function imageFormat(
  owner: LayerOwner,
  kind: { readonly name: string; readonly argv: readonly [string, ...string[]]; readonly firstId: number },
): LayerFormat {
  return {
    name: kind.name,
    entryName: "image",
    firstId: kind.firstId,
    mountArguments: ["-t", kind.name, "-o", "ro,nosuid,nodev"],
    create: (input, folder, signal) =>
      runConfined(
        owner,
        {
          argv: kind.argv,
          paths: [{ inside: "/out", hostPath: folder, isWritable: true }],
          needsFileCapabilities: false,
          input,
        },
        signal,
      ),
    fingerprint: async (path, signal) => {
      const hash = createHash("sha256");
      await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash, { signal });
      return hash.digest("hex");
    },
    sizeOf: async (path) => (await stat(path)).size,
    // A compromised program may have created a folder.
    remove: (path) => rm(path, { recursive: true, force: true }),
  };
}

/** Moves the owners of all files to the reserved IDs, so that no file belongs to a user of the host. */
export const erofsFormat = (owner: LayerOwner): LayerFormat =>
  imageFormat(owner, {
    name: "erofs",
    argv: [
      "mkfs.erofs",
      "--quiet",
      "-zlz4",
      "-T0",
      "--mkfs-time",
      "-U00000000-0000-0000-0000-000000000000",
      `--uid-offset=${owner.firstId}`,
      `--gid-offset=${owner.firstId}`,
      "--tar=f",
      "/out/image",
    ],
    firstId: owner.firstId,
  });

/** The tools of squashfs cannot move owners. Its files are inert because mounts ignore setuid bits, and because only root reaches them. */
export const squashfsFormat = (owner: LayerOwner): LayerFormat =>
  imageFormat(owner, {
    name: "squashfs",
    argv: [
      "tar2sqfs",
      "--quiet",
      "--no-skip",
      "--compressor",
      "zstd",
      "--comp-extra",
      "level=3",
      "/out/image",
    ],
    firstId: 0,
  });
