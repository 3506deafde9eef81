/** Position of a child session in its chain. */
export interface ChildSession {
  readonly sessionId: string;
  readonly parentId: string;
  /** ID of the session at the top of the chain, which no session started. */
  readonly rootId: string;
  /** Depth in the chain. 1 for a child of the root. */
  readonly depth: number;
}

const MAX_DEPTH = 3;
const MAX_IN_CHAIN = 25;

/**
 * Returns the reason why a session may not start a child session, or null if it may. `count` is the number of sessions
 * in the chain, without its root. Pure.
 */
export function decideChild(parent: Pick<ChildSession, "depth"> | null, count: number): string | null {
  if ((parent?.depth ?? 0) >= MAX_DEPTH)
    return `Child sessions can be nested at most ${MAX_DEPTH} levels deep. Do the work in this session.`;
  if (count >= MAX_IN_CHAIN)
    return `A session and its child sessions can start at most ${MAX_IN_CHAIN} sessions in total. Do the work in this session.`;
  return null;
}
