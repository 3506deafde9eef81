import { randomBytes } from "node:crypto";
import type { ForwardedConnection, ForwardListener } from "../../core/turns/index.ts";
import { type SocketPlace, socketAt } from "../forwards/listen-at-socket.ts";
import { tokenBytes } from "./frames.ts";

/** Time limit for a connection to send its token. init sends the token immediately. */
const tokenWithinMs = 5_000;

/**
 * Maximum number of connections without a token. The oldest is closed when there are more. The number is larger than the socket's queue, so a
 * connection whose token has already arrived is read before others can displace it.
 */
const maxUnnamed = 1_024;

/**
 * Accepts init's connections and finds the stream that each one carries. Every program in the sandbox can connect to the socket. It learns
 * nothing and reaches nothing without a token, which is random and valid once.
 */
export class Streams {
  readonly #expected = new Map<string, (connection: ForwardedConnection) => void>();
  readonly #unnamed = new Set<ForwardedConnection>();
  #listener: ForwardListener | null = null;

  /** Starts to listen. Throws `unavailable` if the socket cannot be created. */
  async listen(place: SocketPlace): Promise<void> {
    this.#listener = await socketAt(place).listen((connection) => this.#accept(connection));
  }

  /** Returns a new token. The connection that sends it is passed to `onConnection`. */
  expect(onConnection: (connection: ForwardedConnection) => void): string {
    const token = randomBytes(tokenBytes / 2).toString("hex");
    this.#expected.set(token, onConnection);
    return token;
  }

  forget(token: string): void {
    this.#expected.delete(token);
  }

  async close(): Promise<void> {
    this.#expected.clear();
    for (const connection of this.#unnamed) connection.destroy();
    await this.#listener?.close();
  }

  #accept(connection: ForwardedConnection): void {
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

  #take(token: string): ((connection: ForwardedConnection) => void) | undefined {
    const onConnection = this.#expected.get(token);
    this.#expected.delete(token);
    return onConnection;
  }
}
