/** Where a session stands that was started from inside another one. */
export interface ChildSession {
  readonly sessionId: string;
  readonly parentId: string;
  /** The session that nobody inside started. */
  readonly rootId: string;
  /** 1 for a child of the root. */
  readonly depth: number;
}

const MAX_DEPTH = 3;
const MAX_IN_CHAIN = 25;

/** A sentence when a session may start no further one; null lets it. `count`: those of the chain, without its root. Pure. */
export function decideChild(parent: Pick<ChildSession, "depth"> | null, count: number): string | null {
  if ((parent?.depth ?? 0) >= MAX_DEPTH)
    return `Sessions that are started from inside others go ${MAX_DEPTH} deep; do the work in this one.`;
  if (count >= MAX_IN_CHAIN)
    return `A session and those started from inside it may start ${MAX_IN_CHAIN}; do the work in this one.`;
  return null;
}
