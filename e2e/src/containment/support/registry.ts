/** A probe that a test file registers when it is loaded. */
export interface RegisteredProbe {
  readonly name: string;
  readonly hasControl: boolean;
}

const registered: RegisteredProbe[] = [];
export let isCollecting = false;

export function register(probe: RegisteredProbe): void {
  registered.push(probe);
}

/** Loads the test files and collects their probes without running them. */
export async function collectProbes(files: readonly string[]): Promise<readonly RegisteredProbe[]> {
  isCollecting = true;
  for (const file of files) await import(file);
  return registered;
}
