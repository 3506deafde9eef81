import { relative } from "node:path";

/** Files that the server creates or downloads again after a restore, and files that the backup contains elsewhere. */
const recreated = [
  "./run",
  "./runtime",
  "./postgres",
  "./harnesses",
  "./layers",
  "./copies",
  "./sessions/*.copy",
  "./sessions/*/sandbox",
  // A machine receives it again when it joins. It contains the password of the database.
  "./joined.json",
  // Incomplete files of a killed restore or "tembo upgrade --back".
  "./.r[0-9]*",
  "./restore.tmp.*",
  "./going-back.tmp.*",
] as const;

/**
 * Returns the files in the data folder that a backup's archive omits, as anchored GNU tar patterns. They include the master key at its
 * configured path, and the copies that a rotation creates next to it. A backup contains the key only if the operator requests this. Pure.
 */
export function leftOutOfFiles(dataDir: string, masterKeyFile: string): readonly string[] {
  const keys = ["master.key", relative(dataDir, masterKeyFile)];
  return [...recreated, ...keys.filter(isBelow).map((path) => `./${escaped(path)}*`)];
}

const isBelow = (path: string) => path !== ".." && !path.startsWith("../");

const escaped = (path: string) => path.replaceAll(/[*?[\]\\]/g, "\\$&");
