export interface IdleSandbox {
  readonly sessionId: string;
  readonly idleSince: Date;
  readonly memoryBytes: number;
}

/**
 * Which idle sandboxes stop so that the rest hold no more than `boundBytes`, and so that stopping them sets free `neededBytes`: the
 * one that has been idle for longest first. Pure.
 */
export function decideEvictions(
  idle: readonly IdleSandbox[],
  { boundBytes, neededBytes }: { readonly boundBytes: number; readonly neededBytes: number },
): string[] {
  const oldestFirst = idle.toSorted((one, other) => one.idleSince.getTime() - other.idleSince.getTime());
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
