import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { encodeFrame } from "../runtime/encode-frame.ts";
import { startProgram } from "../runtime/start-program.ts";
import { TailBuffer } from "../runtime/tail-buffer.ts";
import { settlesWithin } from "../runtime/with-timeout.ts";
import {
  decodeFrames,
  encodeStart,
  type StartedProcess,
  type StarterFrame,
  type StarterInput,
} from "./frames.ts";
import { LateStream } from "./late-stream.ts";
import { programsStarted } from "./programs-started.ts";
import { TokenConnections } from "./token-connections.ts";

/** Program that the starter started. */
export interface StartedProgram<Streams extends readonly number[] = readonly number[]> {
  /** Resolves to null if the program could not be started. */
  readonly process: Promise<StartedProcess | null>;
  /** Streams at the descriptors of the input, in their order. */
  readonly streams: { readonly [Index in keyof Streams]: Duplex };
  /**
   * Exit status, or the error if the program could not be started or the starter exited. By then, all streams have their connections, except
   * those of a program that `kill` ended before it opened them. Output may still arrive. Never rejects. A program that cannot be executed exits
   * with 127, and one whose limits cannot be set with 125.
   */
  readonly ended: Promise<ProgramEnd>;
  /** Kills the program and its process group. */
  kill(): void;
}

export type ProgramEnd = { readonly code: number | null; readonly signal: string | null } | Error;

interface Running {
  readonly process: PromiseWithResolvers<StartedProcess | null>;
  readonly streams: readonly LateStream[];
  readonly tokens: readonly string[];
  readonly ended: PromiseWithResolvers<ProgramEnd>;
  readonly attached: Promise<unknown>;
  /** True if a program may end without its connections. */
  isKilled: boolean;
}

const script = fileURLToPath(new URL("starter.pl", import.meta.url));
const maxErrorBytes = 4_096;
/** Time limit for the connections of a program that has exited. It opens them before it starts. */
const attachWithinMs = 10_000;

/**
 * Small process that starts programs, because a fork of this process takes time in proportion to its memory. If it exits, its programs end,
 * and `isGone` shows that a new one is needed.
 */
export class Starter {
  readonly #process: ChildProcess;
  readonly #control: Socket;
  readonly #listener: Server;
  readonly #connections = new TokenConnections<Socket>();
  readonly #running = new Map<number, Running>();
  readonly #errors = new TailBuffer(maxErrorBytes);
  #nextId = 1;
  #isGone = false;

  /** Throws the error of `spawn` if Node knows immediately that the process cannot be started. */
  constructor(perl: string) {
    const name = `tembo-starter-${randomBytes(16).toString("hex")}`;
    this.#process = startProgram(() =>
      spawn(perl, [script], {
        cwd: "/",
        env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" },
        stdio: ["ignore", "ignore", "pipe", "pipe"],
        detached: true,
      }),
    );
    this.#control = this.#process.stdio[3] as Socket;
    // A connection also ends here when the program closes it. Otherwise, one that is not read would stay open.
    this.#listener = createServer((connection) => this.#connections.accept(connection));
    this.#listener.on("error", (cause) => this.#end(cause));
    this.#listener.listen({ path: `\0${name}` }).unref();
    let rest: Buffer = Buffer.alloc(0);
    this.#control.on("data", (chunk: Buffer) => {
      rest = decodeFrames(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), (frame) =>
        this.#take(frame),
      );
    });
    this.#control.on("error", () => {});
    this.#process.once("error", (cause) => this.#end(cause));
    this.#process.once("close", () => this.#end());
    const stderr = this.#process.stderr as Socket;
    stderr.on("data", (chunk: Buffer) => this.#errors.add(chunk));
    this.#control.write(encodeFrame(["start", process.pid, process.arch, name]));
    this.#process.unref();
    stderr.unref();
    this.#control.unref();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Starts a program. Throws a TypeError if an argument or a variable contains a NUL byte. */
  start<const Streams extends readonly number[]>(input: StarterInput<Streams>): StartedProgram<Streams> {
    const id = this.#nextId++;
    const streams = input.streams.map(() => new LateStream());
    const arrivals = streams.map(() => Promise.withResolvers<void>());
    const tokens = streams.map((stream, index) =>
      this.#connections.expect((connection) => {
        stream.attach(connection);
        arrivals[index]!.resolve();
      }),
    );
    const running: Running = {
      process: Promise.withResolvers(),
      streams,
      tokens,
      ended: Promise.withResolvers(),
      attached: Promise.all(arrivals.map(({ promise }) => promise)),
      isKilled: false,
    };
    let frame: Buffer;
    try {
      frame = encodeStart(id, input, tokens);
    } catch (cause) {
      for (const token of tokens) this.#connections.forget(token);
      throw cause;
    }
    this.#running.set(id, running);
    this.#control.ref();
    this.#control.write(frame);
    programsStarted.publish({ argv: input.argv });
    // The starter may have exited without this process knowing.
    if (this.#isGone) setImmediate(() => this.#end());
    return {
      process: running.process.promise,
      streams: streams as StartedProgram<Streams>["streams"],
      ended: running.ended.promise,
      kill: () => {
        running.isKilled = true;
        if (this.#running.has(id)) this.#control.write(encodeFrame(["kill", id]));
      },
    };
  }

  /** Stops the starter, which kills its programs. */
  async stop(): Promise<void> {
    if (this.#isGone) return;
    const ended = once(this.#process, "close");
    this.#process.ref();
    this.#control.destroy();
    await ended;
  }

  #take(frame: StarterFrame): void {
    const running = this.#running.get(frame.id);
    if (running === undefined) return;
    if (frame.kind === "started") running.process.resolve(frame.process);
    else if (frame.kind === "failed") this.#fail(frame.id, running, new Error(frame.reason));
    else void this.#settle(frame.id, running, { code: frame.code, signal: signalName(frame.signal) });
  }

  async #settle(id: number, running: Running, end: ProgramEnd): Promise<void> {
    this.#forget(id);
    if (!running.isKilled) await settlesWithin(running.attached, attachWithinMs);
    this.#finish(running, end);
  }

  #fail(id: number, running: Running, cause: Error): void {
    this.#forget(id);
    this.#finish(running, cause);
  }

  #finish({ streams, tokens, process, ended }: Running, end: ProgramEnd): void {
    for (const token of tokens) this.#connections.forget(token);
    for (const stream of streams) stream.giveUp();
    process.resolve(null);
    ended.resolve(end);
  }

  #forget(id: number): void {
    this.#running.delete(id);
    if (this.#running.size === 0) this.#control.unref();
  }

  #end(cause: Error = this.#exitedEarly()): void {
    this.#isGone = true;
    this.#listener.close();
    this.#connections.close();
    this.#control.destroy();
    for (const [id, running] of this.#running) this.#fail(id, running, cause);
  }

  #exitedEarly(): Error {
    const text = this.#errors.toText().trim();
    return new Error(`the process that starts programs has exited${text === "" ? "" : ` (${text})`}`);
  }
}

/** Names by number. If a signal has two names, such as SIGABRT and SIGIOT, the map contains the first. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

const signalName = (signal: number | null) =>
  signal === null ? null : (signalNames.get(signal) ?? `SIG${signal}`);
