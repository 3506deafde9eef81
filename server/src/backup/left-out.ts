import { relative } from "node:path";

/** Files that the next start creates, downloads or finds elsewhere. */
const recreated = ["./run", "./runtime", "./postgres", "./harnesses", "./sessions/*/sandbox"] as const;

/**
 * Returns the files of the data folder that are not in the archive of a backup, as anchored patterns of GNU tar. The
 * master key and the copies that a rotation makes next to it are among them, wherever the settings place it: a backup
 * contains the key only if the operator requests it. Pure.
 */
export function leftOutOfFiles(dataDir: string, masterKeyFile: string): readonly string[] {
  const keys = ["master.key", relative(dataDir, masterKeyFile)];
  return [...recreated, ...keys.filter(isBelow).map((path) => `./${escaped(path)}*`)];
}

const isBelow = (path: string) => path !== ".." && !path.startsWith("../");

const escaped = (path: string) => path.replaceAll(/[*?[\]\\]/g, "\\$&");
