import type { Duplex } from "node:stream";
import { encodeFrame, type Frame, type FrameKind, FrameReader, frameKinds } from "./frames.ts";
import { MultiplexedStream } from "./multiplexed-stream.ts";

export interface MultiplexerOptions {
  readonly connection: Duplex;
  /** This end of the connection. Each side uses its own stream numbers. */
  readonly side: "server" | "agent";
  /** Called with a stream that the other side has opened. If it throws, the connection is closed. */
  readonly onStream: (header: unknown, stream: MultiplexedStream) => void;
  /** Called once, with the error that closed the connection. */
  readonly onClose: (cause: Error) => void;
  readonly pingEveryMs?: number;
  readonly silentAfterMs?: number;
}

const maxStreams = 1_024;
const none = Buffer.alloc(0);

/** Carries many streams over one connection. */
export class Multiplexer {
  readonly #options: MultiplexerOptions;
  readonly #streams = new Map<number, MultiplexedStream>();
  readonly #reader = new FrameReader();
  readonly #pinging: NodeJS.Timeout;
  #nextId: number;
  #receivedAtMs = performance.now();
  #draining: Promise<void> | null = null;
  #closedBy: Error | null = null;

  constructor(options: MultiplexerOptions) {
    const { connection, side, pingEveryMs = 5_000, silentAfterMs = 20_000 } = options;
    this.#options = options;
    this.#nextId = side === "server" ? 1 : 2;
    connection.on("data", (bytes: Buffer) => this.#take(bytes));
    connection.on("error", (error) => this.close(error));
    connection.once("end", () => this.close(new Error("The other side ended the connection.")));
    connection.once("close", () => this.close(new Error("The connection was cut.")));
    this.#pinging = setInterval(() => {
      if (performance.now() - this.#receivedAtMs > silentAfterMs)
        this.close(new Error(`The other side was silent for ${silentAfterMs / 1000} s.`));
      else this.#send(frameKinds.ping, 0, none);
    }, pingEveryMs).unref();
  }

  /** Error that closed the connection, or null while it is open. */
  get closedBy(): Error | null {
    return this.#closedBy;
  }

  /** Opens a stream. Throws if the connection is closed or the header does not fit into a frame. */
  open(header: unknown): MultiplexedStream {
    if (this.#closedBy !== null) throw this.#closedBy;
    const frameOf = (id: number) => encodeFrame(frameKinds.open, id, Buffer.from(JSON.stringify(header)));
    const id = this.#nextId;
    const frame = frameOf(id);
    this.#nextId += 2;
    const stream = this.#add(id);
    this.#options.connection.write(frame);
    return stream;
  }

  /** Closes every stream and the connection. Idempotent. */
  close(cause: Error): void {
    if (this.#closedBy !== null) return;
    this.#closedBy = cause;
    clearInterval(this.#pinging);
    for (const stream of [...this.#streams.values()]) stream.cut(cause);
    this.#options.connection.destroy();
    this.#options.onClose(cause);
  }

  #take(bytes: Buffer): void {
    if (this.#closedBy !== null) return;
    this.#receivedAtMs = performance.now();
    try {
      for (const frame of this.#reader.take(bytes)) this.#receive(frame);
    } catch (cause) {
      this.close(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  #receive({ kind, streamId, payload }: Frame): void {
    if (kind === frameKinds.ping) return;
    const stream = this.#streams.get(streamId);
    if (kind === frameKinds.open) this.#accept(streamId, payload);
    // This side has closed the stream, but the other side has not been notified yet.
    else if (stream === undefined) return;
    else if (kind === frameKinds.data) stream.receive(payload);
    else if (kind === frameKinds.end) stream.receiveEnd();
    else if (kind === frameKinds.window) stream.receiveWindow(payload.readUInt32BE(0));
    else stream.cut();
  }

  #accept(id: number, payload: Buffer): void {
    const isFromPeer = id % 2 !== this.#nextId % 2;
    if (!isFromPeer || this.#streams.has(id)) throw new RangeError("The other side opened a stream twice.");
    const header: unknown = JSON.parse(payload.toString());
    if (this.#streams.size >= maxStreams) this.#send(frameKinds.reset, id, none);
    else this.#options.onStream(header, this.#add(id));
  }

  #add(id: number): MultiplexedStream {
    const stream = new MultiplexedStream({
      sendData: async (bytes) => {
        this.#send(frameKinds.data, id, bytes);
        if (this.#options.connection.writableNeedDrain) await this.#untilDrained();
      },
      sendEnd: () => this.#send(frameKinds.end, id, none),
      sendReset: () => this.#send(frameKinds.reset, id, none),
      sendWindow: (bytes) => {
        const payload = Buffer.alloc(4);
        payload.writeUInt32BE(bytes);
        this.#send(frameKinds.window, id, payload);
      },
      forget: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    return stream;
  }

  /** Waits until the connection drains. All streams share one wait. */
  #untilDrained(): Promise<void> {
    const { connection } = this.#options;
    this.#draining ??= new Promise<void>((resolve) => {
      const settle = () => {
        connection.off("drain", settle).off("close", settle);
        this.#draining = null;
        resolve();
      };
      connection.on("drain", settle).on("close", settle);
    });
    return this.#draining;
  }

  #send(kind: FrameKind, id: number, payload: Buffer): void {
    if (this.#closedBy === null) this.#options.connection.write(encodeFrame(kind, id, payload));
  }
}
