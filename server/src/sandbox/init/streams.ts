import type { ForwardedConnection, ForwardListener } from "../../core/turns/index.ts";
import { TokenConnections } from "../../starter/token-connections.ts";
import { type SocketPlace, socketAt } from "../forwards/listen-at-socket.ts";

/** Accepts init's connections and finds the stream that each one carries. Every program in the sandbox can connect to the socket. */
export class Streams {
  readonly #connections = new TokenConnections<ForwardedConnection>();
  #listener: ForwardListener | null = null;

  /** Starts to listen. Throws `unavailable` if the socket cannot be created. */
  async listen(place: SocketPlace): Promise<void> {
    this.#listener = await socketAt(place).listen((connection) => this.#connections.accept(connection));
  }

  /** Returns a new token. The connection that sends it is passed to `onConnection`. */
  expect(onConnection: (connection: ForwardedConnection) => void): string {
    return this.#connections.expect(onConnection);
  }

  forget(token: string): void {
    this.#connections.forget(token);
  }

  async close(): Promise<void> {
    this.#connections.close();
    await this.#listener?.close();
  }
}
