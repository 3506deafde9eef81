import { memoryMb, processTree, readProc } from "../support/proc.ts";

/**
 * Returns the memory of these processes and their descendants in megabytes, measured as PSS, which divides each shared
 * page among the processes that share it. Ignores processes with the name `except`, and their descendants.
 */
export function memoryOf(
  roots: readonly number[],
  except?: string,
): { readonly totalMb: number; readonly processes: string[] } {
  let totalMb = 0;
  const processes: string[] = [];
  for (const id of new Set(roots.flatMap((root) => processTree(root, except)))) {
    const megabytes = memoryMb(id);
    totalMb += megabytes;
    processes.push(`${megabytes.toFixed(1)} MB ${readProc(`${id}/comm`).trim()}`);
  }
  return { totalMb, processes };
}
