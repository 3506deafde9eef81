import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";

/** Number of bytes of a token, which names one stream. Tokens are hexadecimal. */
const tokenBytes = 32;

/** Time limit for a connection to send its token. The programs that have one send it immediately. */
const tokenWithinMs = 5_000;

/**
 * Maximum number of connections without a token. The oldest is closed when there are more. The number is larger than a socket's queue, so a
 * connection whose token has already arrived is read before others can displace it.
 */
const maxUnnamed = 1_024;

/** Connection such as a socket of node:net. */
export interface AcceptedConnection extends Duplex {
  setTimeout(ms: number, onTimeout?: () => void): unknown;
}

/**
 * Finds the stream that each accepted connection carries. Other programs may also be able to connect. A program learns nothing and reaches
 * nothing without a token, which is random and valid once.
 */
export class TokenConnections<T extends AcceptedConnection> {
  readonly #expected = new Map<string, (connection: T) => void>();
  readonly #unnamed = new Set<T>();

  /** Returns a new token. The connection that sends it is passed to `onConnection`. */
  expect(onConnection: (connection: T) => void): string {
    const token = randomBytes(tokenBytes / 2).toString("hex");
    this.#expected.set(token, onConnection);
    return token;
  }

  forget(token: string): void {
    this.#expected.delete(token);
  }

  /** Forgets all tokens, and closes the connections that have not sent one. */
  close(): void {
    this.#expected.clear();
    for (const connection of this.#unnamed) connection.destroy();
  }

  /** Takes a connection from a listener. */
  accept(connection: T): void {
    connection.on("error", () => {});
    this.#unnamed.add(connection);
    if (this.#unnamed.size > maxUnnamed) this.#unnamed.values().next().value?.destroy();
    const read = () => {
      const bytes = connection.read(tokenBytes) as Buffer | null;
      // The bytes of a connection that has ended may be fewer.
      if (bytes === null) return;
      connection.off("readable", read);
      const onConnection = this.#take(bytes.toString("latin1"));
      if (onConnection === undefined) {
        connection.destroy();
        return;
      }
      this.#unnamed.delete(connection);
      connection.setTimeout(0);
      connection.off("timeout", late);
      onConnection(connection);
    };
    const late = () => connection.destroy();
    connection.setTimeout(tokenWithinMs, late);
    connection.on("readable", read);
    connection.once("end", () => this.#unnamed.has(connection) && connection.destroy());
    connection.once("close", () => this.#unnamed.delete(connection));
  }

  #take(token: string): ((connection: T) => void) | undefined {
    const onConnection = this.#expected.get(token);
    this.#expected.delete(token);
    return onConnection;
  }
}
