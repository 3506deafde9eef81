import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { AppError, withReason } from "../../../core/base/index.ts";
import type { ForwardedConnection } from "../../../core/turns/index.ts";
import { type StreamHeader, sendCall } from "./calls.ts";
import type { MultiplexedStream } from "./multiplexed-stream.ts";
import { Multiplexer } from "./multiplexer.ts";
import { type AgentCalls, protocolVersion } from "./protocol.ts";
import { Rendezvous } from "./rendezvous.ts";

export interface AgentAddress {
  readonly port: number;
  /** Folder with `ca.pem`, `certificate.pem` and `key.pem`. */
  readonly certificates: string;
}

const answersWithinMs = 10_000;

/** Server side of the connection to an agent. */
export class AgentConnection {
  /** Handlers for connections from programs, by listener ID. */
  readonly listeners = new Map<string, (connection: ForwardedConnection) => void>();
  readonly #multiplexer: Multiplexer;
  readonly #bytes = new Rendezvous();

  constructor(connection: TLSSocket) {
    this.#multiplexer = new Multiplexer({
      connection,
      side: "server",
      onStream: (header, stream) => this.#accept(header as StreamHeader, stream),
      onClose: (cause) => this.#bytes.close(cause),
    });
  }

  get isLost(): boolean {
    return this.#multiplexer.closedBy !== null;
  }

  /** Sends a call and returns its response. Throws the agent's error, or `sandbox_unavailable` if the connection is lost. */
  async call<M extends keyof AgentCalls>(method: M, args: AgentCalls[M]): Promise<unknown> {
    try {
      return await sendCall(this.#open({ type: "call", method }), args);
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  /** Opens a byte stream. A call refers to it by its key. */
  openBytes(key: string): MultiplexedStream {
    return this.#open({ type: "bytes", key });
  }

  /** Returns the byte stream that the agent opens for a call. */
  async takeBytes(key: string): Promise<MultiplexedStream> {
    try {
      return await this.#bytes.take(key);
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  close(): void {
    this.#multiplexer.close(new Error("The server closed the connection."));
  }

  #open(header: StreamHeader): MultiplexedStream {
    try {
      return this.#multiplexer.open(header);
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  #accept(header: StreamHeader, stream: MultiplexedStream): void {
    if (header.type === "bytes") {
      this.#bytes.offer(header.key, stream);
      return;
    }
    const onConnection = header.type === "connection" ? this.listeners.get(header.listener) : undefined;
    // The listener was closed while the connection was in transit.
    if (onConnection === undefined) stream.destroy();
    else onConnection(stream);
  }

  #explain(cause: unknown): unknown {
    if (cause instanceof AppError) return cause;
    const why = this.#multiplexer.closedBy ?? cause;
    return new AppError(
      "sandbox_unavailable",
      `${withReason("The connection to the sandbox's machine was lost", why)} Its programs have ended. Start the turn again.`,
      { cause },
    );
  }
}

/**
 * Connects to an agent. Each side presents a certificate from the same authority. Throws `sandbox_unavailable` if the connection fails or the
 * agent does not respond within ten seconds.
 */
export async function connectAgent({ port, certificates }: AgentAddress): Promise<AgentConnection> {
  const read = (file: string) => readFileSync(join(certificates, file));
  const socket = connect({
    host: "127.0.0.1",
    servername: "agent.test",
    port,
    ca: read("ca.pem"),
    cert: read("certificate.pem"),
    key: read("key.pem"),
    minVersion: "TLSv1.3",
  });
  socket.setNoDelay(true);
  const agent = new AgentConnection(socket);
  const late = setTimeout(() => agent.close(), answersWithinMs);
  try {
    // If the agent rejects the server's certificate, the server detects this only when it reads.
    await agent.call("hello", { version: protocolVersion });
    return agent;
  } catch (cause) {
    agent.close();
    throw cause;
  } finally {
    clearTimeout(late);
  }
}
