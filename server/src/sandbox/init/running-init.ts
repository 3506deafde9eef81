import { constants } from "node:os";
import { AppError, reason, withReason } from "../../core/base/index.ts";
import type { ForwardedConnection, SandboxCommand } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import type { SocketPlace } from "../forwards/listen-at-socket.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import {
  decodeFrames,
  encodeConnect,
  encodeHangUp,
  encodeKill,
  encodePause,
  encodeResume,
  encodeRun,
  encodeStart,
  type InitFrame,
  type InitSettings,
} from "./frames.ts";
import type { InitEnd, InitProcess } from "./init-process.ts";
import { ProgramInput, ProgramOutput } from "./program-streams.ts";
import { Streams } from "./streams.ts";

export interface InitOptions {
  readonly process: InitProcess;
  readonly settings: InitSettings;
  /** Socket on the host for the streams of programs. */
  readonly streamsPlace: SocketPlace;
  /** Time limit for init to start. It is killed if it has not started by then. */
  readonly startsWithinMs: number;
  /**
   * Time limit for the output of a program that has exited. init connects the streams before it starts the program.
   * Defaults to 10 s.
   */
  readonly streamsWithinMs?: number;
}

type Exit = Awaited<RunningProgram["exited"]>;

interface Program {
  readonly name: string;
  readonly stdin: ProgramInput;
  readonly stdout: ProgramOutput;
  readonly stderr: ProgramOutput;
  readonly tokens: readonly string[];
  readonly exited: PromiseWithResolvers<Exit>;
}

const killed: Exit = { code: null, signal: "SIGKILL" };

const maxErrorBytes = 4_096;
const connectsWithinMs = 10_000;
const usualStreamsWithinMs = 10_000;

/** Server side of one init process: starts programs in it and connects to their ports. */
export class RunningInit {
  readonly ended: Promise<void>;
  readonly #options: InitOptions;
  readonly #streams = new Streams();
  readonly #listening: Promise<void>;
  readonly #programs = new Map<number, Program>();
  readonly #dials = new Map<number, () => void>();
  readonly #errors = new TailBuffer(maxErrorBytes);
  readonly #ready = Promise.withResolvers<void>();
  #received: Buffer = Buffer.alloc(0);
  #onPaused: (isStill: boolean) => void = () => {};
  #nextId = 1;
  #isReady = false;
  #isEnding = false;
  #isGone = false;
  readonly #gone = Promise.withResolvers<void>();
  /** Why the server killed init, or null if it did not fail. */
  #failure: Error | null = null;

  constructor(options: InitOptions) {
    this.#options = options;
    const { control, stderr, ended } = options.process;
    control.on("data", (chunk: Buffer) => this.#receive(chunk));
    control.on("error", () => {});
    control.once("close", () => {
      this.#isEnding = true;
    });
    stderr.on("data", (chunk: Buffer) => this.#errors.add(chunk));
    stderr.on("error", () => {});
    this.#listening = this.#listen();
    this.ended = ended.then((end) => this.#end(end));
    void this.#requireStart();
  }

  /** True if no further program can be started, because init was killed or has exited. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Starts a program. Throws a TypeError if an argument or a variable contains a NUL byte. */
  start(command: SandboxCommand): RunningProgram {
    const id = this.#nextId++;
    const [stdin, stdout, stderr] = [new ProgramInput(), new ProgramOutput(), new ProgramOutput()];
    const tokens = [stdin, stdout, stderr].map((stream) =>
      this.#streams.expect((connection) => stream.attach(connection)),
    ) as [string, string, string];
    this.#send(encodeRun(id, tokens, command));
    const exited = Promise.withResolvers<Exit>();
    this.#programs.set(id, { name: command.argv[0], stdin, stdout, stderr, tokens, exited });
    return {
      stdin,
      stdout,
      stderr,
      exited: exited.promise,
      kill: () => {
        if (this.#programs.has(id)) this.#send(encodeKill(id));
      },
    };
  }

  /** Implements `Sandbox.connect`. */
  async connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    signal.throwIfAborted();
    const id = this.#nextId++;
    const answer = Promise.withResolvers<ForwardedConnection | null>();
    const token = this.#streams.expect(answer.resolve);
    this.#dials.set(id, () => answer.resolve(null));
    this.#send(encodeConnect(id, token, port));
    using _ = onAbort(signal, () => answer.resolve(null));
    if (this.#isGone || !(await settlesWithin(answer.promise, connectsWithinMs))) answer.resolve(null);
    const connection = await answer.promise;
    this.#dials.delete(id);
    this.#streams.forget(token);
    const hangUp = () => this.#send(encodeHangUp(id));
    if (connection !== null && !signal.aborted) return connection.once("close", hangUp);
    connection?.destroy();
    hangUp();
    signal.throwIfAborted();
    throw new AppError("unavailable", `Nothing in the sandbox accepts connections at port ${port}.`);
  }

  /** Pauses every program from inside. Returns false if a program is still running after ten seconds, or init does not respond. */
  async pause(): Promise<boolean> {
    const paused = Promise.withResolvers<boolean>();
    this.#onPaused = paused.resolve;
    if (this.#isGone) return true;
    this.#send(encodePause());
    return (await settlesWithin(paused.promise, 2 * connectsWithinMs)) && paused.promise;
  }

  resume(): void {
    this.#send(encodeResume());
  }

  /** Kills every process of the sandbox. */
  kill(): void {
    this.#isEnding = true;
    this.#options.process.kill();
  }

  async #listen(): Promise<void> {
    const { process, settings, streamsPlace } = this.#options;
    process.control.write(encodeStart(settings));
    try {
      await this.#streams.listen(streamsPlace);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  async #requireStart(): Promise<void> {
    const { startsWithinMs } = this.#options;
    const started = Promise.race([this.#ready.promise, this.ended]);
    if (await settlesWithin(started, startsWithinMs)) return;
    this.#fail(new Error(`it did not start within ${startsWithinMs / 1000} s`));
  }

  /** Sends a frame once init can connect to the socket for streams. */
  #send(frame: Buffer): void {
    void this.#listening.then(() => {
      const { control } = this.#options.process;
      if (control.writable) control.write(frame);
    });
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause instanceof Error ? cause : new Error(String(cause));
    this.kill();
  }

  #receive(chunk: Buffer): void {
    if (this.#failure !== null) return;
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      this.#received = decodeFrames(bytes, (frame) => this.#take(frame));
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #take(frame: InitFrame): void {
    if (frame.kind === "ready") {
      this.#isReady = true;
      this.#ready.resolve();
    } else if (frame.kind === "paused") this.#onPaused(frame.isStill);
    else if (frame.kind === "refused") this.#dials.get(frame.id)?.();
    else if (frame.kind === "exit") {
      const signal = frame.signal === null ? null : (signalNames.get(frame.signal) ?? `SIG${frame.signal}`);
      void this.#settle(frame.id, { code: frame.code, signal });
    } else {
      const { name } = this.#programs.get(frame.id) ?? {};
      const message = withReason(`The sandbox cannot run ${name}`, frame.reason);
      void this.#settle(frame.id, { code: 126, signal: null }, message);
    }
  }

  /**
   * Ends a program once its output has arrived, because the exit and the output take different connections. `message`
   * explains why it was not started.
   */
  async #settle(id: number, exit: Exit, message: string | null = null): Promise<void> {
    const program = this.#programs.get(id);
    if (program === undefined) return;
    this.#programs.delete(id);
    const { stdin, stdout, stderr, tokens, exited } = program;
    stdin.destroy();
    const finish = () => {
      for (const token of tokens) this.#streams.forget(token);
      if (!stdout.isAttached) stdout.finish();
      if (!stderr.isAttached || message !== null) stderr.finish(message === null ? "" : `${message}\n`);
    };
    const received = Promise.all([stdout.received(), stderr.received()]);
    const { streamsWithinMs = usualStreamsWithinMs } = this.#options;
    if (message === null && !this.#isGone)
      await settlesWithin(Promise.race([received, this.#gone.promise]), streamsWithinMs);
    finish();
    exited.resolve(exit);
  }

  async #end(end: InitEnd): Promise<void> {
    this.#isEnding = this.#isGone = true;
    this.#gone.resolve();
    this.#options.process.control.destroy();
    const { exit, failure } = this.#explain(end);
    const message = failure === null ? null : withReason("The sandbox could not start", failure);
    for (const id of [...this.#programs.keys()]) void this.#settle(id, exit, message);
    for (const refuse of this.#dials.values()) refuse();
    this.#onPaused(true);
    await this.#listening;
    await this.#streams.close();
  }

  #explain(end: InitEnd): { readonly exit: Exit; readonly failure: string | null } {
    if (end instanceof Error) return { exit: { code: 127, signal: null }, failure: reason(end) };
    if (this.#failure !== null && !this.#isReady) return { exit: killed, failure: reason(this.#failure) };
    // init was killed, or it ended after its start, for example because the kernel killed it when memory ran out.
    if (end.signal !== null || this.#isReady) return { exit: killed, failure: null };
    const lastLine = this.#errors.toText().trim().split("\n").at(-1)!.trim();
    return { exit: end, failure: lastLine || "it exited without a message" };
  }
}

/** Signal names by number. If a number has two names, such as SIGABRT and SIGIOT, the map contains the first. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);
