import { once } from "node:events";
import type { ClientHttp2Session } from "node:http2";
import type { Duplex } from "node:stream";
import { AppError, type Logger } from "../core/base/index.ts";
import { startSession } from "../outbound/session-over-carrier.ts";
import { KeyedMutex } from "../runtime/keyed-mutex.ts";
import { maxConnections, sessionOptions, streamClientHeader, watchSession } from "./link-session.ts";

export interface LinksOptions {
  /** Records that this server has the worker's link. Resolves to false if no such worker runs. */
  readonly record: (workerId: string) => Promise<boolean>;
  readonly forget: (workerId: string) => Promise<void>;
  readonly log: Logger;
  readonly pingMs?: number;
}

interface Link {
  readonly session: ClientHttp2Session;
  readonly end: () => void;
  connections: number;
}

/**
 * Links of workers to this server. A worker opens its link, and this server then opens connections to the worker over
 * it. Each connection is a stream of HTTP/2, in which this server is the client.
 */
export class Links {
  readonly #options: LinksOptions;
  readonly #links = new Map<string, Link>();
  /** Orders the records of a worker, so that the end of an old link does not remove a new one. */
  readonly #recording = new KeyedMutex();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Uses the carrier as the worker's link, and closes an earlier link of the worker. */
  async accept(workerId: string, carrier: Duplex): Promise<void> {
    if (carrier.destroyed) return;
    const session = startSession(carrier, sessionOptions);
    const end = watchSession(session, carrier, this.#options.pingMs);
    const link = { session, end, connections: 0 };
    const before = this.#links.get(workerId);
    this.#links.set(workerId, link);
    before?.end();
    session.once("close", () => this.#lose(workerId, link));
    try {
      if (await this.#record(workerId, link)) return;
      this.#options.log.warn({ workerId }, "a worker that is not registered opened a link");
    } catch (cause) {
      this.#options.log.warn(
        { err: cause, workerId },
        "a worker's link could not be recorded; the worker retries",
      );
    }
    end();
  }

  /**
   * Opens a connection to a worker, on behalf of the client at `address`. Returns null if this server does not have the
   * worker's link. Throws `conflict` if the link has too many connections or breaks.
   */
  async connect(workerId: string, address: string, signal: AbortSignal): Promise<Duplex | null> {
    const link = this.#links.get(workerId);
    if (link === undefined || link.session.closed || link.session.destroyed) return null;
    if (link.connections >= maxConnections)
      throw new AppError(
        "conflict",
        `The machine that runs this sandbox has ${maxConnections} open connections. Close other tabs, and try again.`,
      );
    try {
      return await openStream(link, address, signal);
    } catch (cause) {
      throw new AppError(
        "conflict",
        "The connection to the machine that runs this sandbox was lost. Try again in a moment.",
        { cause },
      );
    }
  }

  /** IDs of the workers whose links this server has. */
  get workerIds(): readonly string[] {
    return [...this.#links.keys()];
  }

  close(): void {
    for (const { end } of this.#links.values()) end();
  }

  /** Returns false if no such worker runs. */
  #record(workerId: string, link: Link): Promise<boolean> {
    return this.#recording.run(
      workerId,
      async () => this.#links.get(workerId) !== link || (await this.#options.record(workerId)),
    );
  }

  #lose(workerId: string, link: Link): void {
    if (this.#links.get(workerId) !== link) return;
    this.#links.delete(workerId);
    const { forget, log } = this.#options;
    const forgetUnlessReplaced = async () => {
      if (!this.#links.has(workerId)) await forget(workerId);
    };
    this.#recording.run(workerId, forgetUnlessReplaced).catch((cause: unknown) => {
      log.warn({ err: cause, workerId }, "the end of a worker's link could not be recorded");
    });
  }
}

/** Opens a stream. Rejects if the peer does not accept it before the stream or the link closes. */
async function openStream(link: Link, address: string, signal: AbortSignal): Promise<Duplex> {
  const stream = link.session.request(
    { ":method": "CONNECT", ":authority": "worker", [streamClientHeader]: address },
    { endStream: false },
  );
  const closed = new AbortController();
  // A "close" event follows.
  stream.on("error", () => {});
  link.connections += 1;
  stream.once("close", () => {
    link.connections -= 1;
    closed.abort();
  });
  try {
    await once(stream, "response", { signal: AbortSignal.any([signal, closed.signal]) });
    return stream;
  } catch (cause) {
    stream.destroy();
    throw cause;
  }
}
