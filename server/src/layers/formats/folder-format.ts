import { createHash } from "node:crypto";
import { lstat, rm } from "node:fs/promises";
import { type Bytes, runConfined } from "../confine/run-confined.ts";
import type { ConfinedLaunch, LayerOwner } from "../confine/start-confined.ts";
import type { LayerFormat } from "./format.ts";

const attributes = ["--xattrs", "--xattrs-include=user.*", "--xattrs-include=security.capability"];
/** Options that give the same archive for the same folder. */
const reproducible = [
  "--sort=name",
  "--format=posix",
  "--pax-option=exthdr.name=x,delete=atime,delete=ctime",
];
const entryName = "tree";
const inside = `/out/${entryName}`;
const openingMs = 600_000;

/**
 * Returns the format that unpacks a layer into a folder. It needs no root, no kernel module and no tool. As root, the files belong to the
 * reserved IDs. Otherwise they belong to the server's user, and have no setuid bits.
 */
export function folderFormat(owner: LayerOwner | null): LayerFormat {
  return {
    name: "folder",
    entryName,
    firstId: owner?.firstId ?? null,
    mountArguments: owner === null ? null : ["--bind", "-o", "ro,nosuid,nodev"],
    create: async (input, folder, signal) => {
      const identity =
        owner === null
          ? ["--no-same-owner", "--no-same-permissions"]
          : ["--same-owner", "--preserve-permissions"];
      const unpack = ["tar", "--extract", "--numeric-owner", ...attributes, ...identity, "-C", inside];
      // tar removes the umask's bits from modes that it does not preserve.
      const script = `umask 0 && mkdir -m 755 ${inside} && exec "$@"`;
      const out = { inside: "/out", hostPath: folder, isWritable: true };
      await run({ argv: ["sh", "-c", script, "sh", ...unpack], path: out, input }, signal);
    },
    fingerprint: async (path, signal) => {
      const hash = createHash("sha256");
      const pack = ["tar", "--create", "--numeric-owner", ...attributes, ...reproducible] as const;
      const argv = [...pack, "-C", inside, "."] as const;
      await run({ argv, path: treeAt(path), useOutput: (chunk) => hash.update(chunk) }, signal);
      return hash.digest("hex");
    },
    sizeOf: async (path, signal) => {
      let text = "";
      const argv = ["du", "--summarize", "--block-size=1", inside] as const;
      const useOutput = (chunk: Buffer) => {
        text += chunk.toString();
      };
      await run({ argv, path: treeAt(path), useOutput }, signal);
      return Number.parseInt(text, 10);
    },
    remove: async (path) => {
      // The path may be a link that a compromised program left.
      if (owner === null && (await lstat(path)).isDirectory()) await openFolders(path);
      await rm(path, { recursive: true, force: true });
    },
  };

  /** A folder without write permission cannot be emptied by its own owner. */
  async function openFolders(path: string): Promise<void> {
    const argv = ["find", inside, "-type", "d", "-exec", "chmod", "u+rwx", "{}", "+"] as const;
    const tree = { ...treeAt(path), isWritable: true };
    await run({ argv, path: tree }, AbortSignal.timeout(openingMs));
  }

  function run({ path, ...program }: TreeProgram, signal: AbortSignal): Promise<void> {
    return runConfined(owner, { ...program, paths: [path], needsFileCapabilities: true }, signal);
  }
}

interface TreeProgram {
  readonly argv: readonly [string, ...string[]];
  readonly path: ConfinedLaunch["paths"][number];
  readonly input?: Bytes;
  readonly useOutput?: (chunk: Buffer) => void;
}

const treeAt = (hostPath: string) => ({ inside, hostPath, isWritable: false });
