import { loadRowBytes } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

/** Maximum size of a compressed piece. Pieces are far smaller, and this server wrote them itself. */
const maxPieceBytes = 64 * 1024 * 1024;

/**
 * Yields the session's protocol log as pieces of complete lines, ordered by turn and attempt. A null `turnNumber`
 * selects all turns.
 */
export function readProtocol(
  { store, blobs }: Pick<SessionsPorts, "store" | "blobs">,
  session: { readonly id: string; readonly organizationId: string },
  turnNumber: number | null,
): AsyncIterable<string> {
  return store.protocolLog.read(session.id, turnNumber, (stored) =>
    loadRowBytes(blobs, session.organizationId, stored, maxPieceBytes),
  );
}
