export interface IdleSandbox {
  readonly sessionId: string;
  readonly idleSince: Date;
  readonly memoryBytes: number;
  /** True if the sandbox was opened for a message that may never be sent. */
  readonly isPrepared: boolean;
}

/**
 * Decides which idle sandboxes to stop, so that the remaining sandboxes use at most `boundBytes` and at least
 * `neededBytes` are freed. Selects prepared sandboxes first, and then the longest idle ones. Pure.
 */
export function decideEvictions(
  idle: readonly IdleSandbox[],
  { boundBytes, neededBytes }: { readonly boundBytes: number; readonly neededBytes: number },
): string[] {
  const oldestFirst = idle.toSorted(
    (one, other) =>
      Number(other.isPrepared) - Number(one.isPrepared) ||
      one.idleSince.getTime() - other.idleSince.getTime(),
  );
  let held = idle.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  let freed = 0;
  const stopping: string[] = [];
  for (const { sessionId, memoryBytes } of oldestFirst) {
    if (held <= boundBytes && freed >= neededBytes) break;
    stopping.push(sessionId);
    held -= memoryBytes;
    freed += memoryBytes;
  }
  return stopping;
}
