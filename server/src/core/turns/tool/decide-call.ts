/** Tool calls in a turn so far. */
export interface CallCounts {
  readonly total: number;
  readonly ofTool: number;
  /** Times of the latest calls, oldest first. */
  readonly recent: readonly Date[];
  readonly running: number;
}

export const maxCallsPerTurn = 500;
export const maxCallsPerMinute = 60;
const maxRunning = 4;
const minuteMs = 60_000;

/** Returns a sentence that explains why the call is rejected, or null to admit it. Pure. */
export function decideCall(
  counts: CallCounts,
  tool: { readonly name: string; readonly maxCallsPerTurn: number },
  now: Date,
): string | null {
  if (counts.ofTool >= tool.maxCallsPerTurn)
    return `${tool.name} can be called at most ${tool.maxCallsPerTurn} times in a turn. Continue without it.`;
  if (counts.total >= maxCallsPerTurn)
    return `The session tools can be called at most ${maxCallsPerTurn} times in a turn. Continue without them.`;
  if (counts.running >= maxRunning)
    return `${maxRunning} session tools are already running. Wait until one of them has finished.`;
  const lastMinute = counts.recent.filter((at) => now.getTime() - at.getTime() < minuteMs);
  if (lastMinute.length >= maxCallsPerMinute)
    return `The session tools can be called at most ${maxCallsPerMinute} times in a minute. Wait a minute.`;
  return null;
}
