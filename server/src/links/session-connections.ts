import type { Duplex } from "node:stream";
import { AppError } from "../core/base/index.ts";

/** Maximum number of connections to one session, so that it leaves others on its machine's link. */
export const maxPerSession = 256;

/** Counts the open connections of each session. */
export class SessionConnections {
  readonly #counts = new Map<string, number>();

  /** Opens a connection, and counts it until it closes. Throws `conflict` if the session has too many. */
  async open(sessionId: string, connect: () => Promise<Duplex>): Promise<Duplex> {
    const release = this.#reserve(sessionId);
    try {
      const connection = await connect();
      if (connection.destroyed) release();
      else connection.once("close", release);
      return connection;
    } catch (cause) {
      release();
      throw cause;
    }
  }

  #reserve(sessionId: string): () => void {
    const count = this.#counts.get(sessionId) ?? 0;
    if (count >= maxPerSession)
      throw new AppError(
        "conflict",
        `This session has ${maxPerSession} open connections. Close other tabs, and try again.`,
      );
    this.#counts.set(sessionId, count + 1);
    return () => {
      const left = this.#counts.get(sessionId)! - 1;
      if (left === 0) this.#counts.delete(sessionId);
      else this.#counts.set(sessionId, left);
    };
  }
}
