import { join } from "node:path";
import type { Exclusion } from "./exclusions.ts";

/** A probe that a test file registers when it is loaded. */
export interface RegisteredProbe {
  /** Name of its file. Empty while the file runs as a test. */
  readonly file: string;
  readonly name: string;
  readonly hasControl: boolean;
  /** Exclusions of all probes of its file, or null if the probe runs once and not on each combination. */
  readonly scope: readonly Exclusion[] | null;
}

const registered: RegisteredProbe[] = [];
export let isCollecting = false;
let loading = "";

export function register(probe: Omit<RegisteredProbe, "file">): void {
  registered.push({ ...probe, file: loading });
}

/** Loads the test files of a folder and collects their probes without running them. */
export async function collectProbes(
  folder: string,
  files: readonly string[],
): Promise<readonly RegisteredProbe[]> {
  isCollecting = true;
  for (const file of files) {
    loading = file;
    await import(join(folder, file));
  }
  return registered;
}
