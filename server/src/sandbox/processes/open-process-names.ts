import { join } from "node:path";
import { ProcessNames } from "../../file-lock/process-names.ts";

const opened = new Map<string, Promise<ProcessNames>>();

/**
 * Returns the names of the processes that run sandboxes of this data folder. This process has one name until it ends. Throws the errors of
 * `lockFile`.
 */
export function openProcessNames(dataDir: string): Promise<ProcessNames> {
  const existing = opened.get(dataDir);
  if (existing !== undefined) return existing;
  const names = ProcessNames.open(join(dataDir, "runtime", "processes"));
  opened.set(dataDir, names);
  names.catch(() => opened.delete(dataDir));
  return names;
}
