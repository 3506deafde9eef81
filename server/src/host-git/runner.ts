import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Socket } from "node:net";
import { PassThrough, Readable, type Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { AppError, withReason, withStartReason } from "../core/base/index.ts";
import { encodeFrame } from "../runtime/encode-frame.ts";
import { startProgram } from "../runtime/start-program.ts";
import { programsStarted } from "../starter/programs-started.ts";
import { decodeFrames, encodeLaunch, type RunnerFrame, type RunnerLaunch } from "./frames.ts";

/** Program that runs outside every sandbox. */
export interface HostProgram {
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** Last 64 KiB of the error output. The stream receives them after the program exits. */
  readonly stderr: Readable;
  /**
   * Exit code, or null if a signal killed the program. Resolves after all output has been read or discarded. Rejects with `git_failed` if the
   * program cannot be started or the runner exits.
   */
  readonly exited: Promise<number | null>;
  /** Kills the program and every program that it started. */
  kill(): void;
  /** Sets whether the program waits for input that may never come. An idle program does not keep this process alive. */
  setIdle(isIdle: boolean): void;
}

interface Running {
  readonly exited: PromiseWithResolvers<number | null>;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  isKilled: boolean;
  isIdle: boolean;
}

/** Connection to the runner, and the streams through which it is used. */
interface Connection {
  readonly socket: Socket;
  readonly readable: Readable;
  readonly writable: Writable;
}

const script = fileURLToPath(new URL("runner.pl", import.meta.url));
const maxWordsBytes = 4096;

/**
 * Small process that starts programs for the server, because forking the large server process is expensive. If the runner exits, running
 * programs fail with an error message. `isGone` then indicates that a new runner is needed.
 */
export class GitRunner {
  readonly #process: ChildProcess;
  readonly #control: Socket;
  readonly #name = `tembo-git-${randomBytes(16).toString("hex")}`;
  readonly #token = randomBytes(16).toString("hex");
  readonly #running = new Map<number, Running>();
  readonly #ready = Promise.withResolvers<string>();
  #nextId = 1;
  #isReady = false;
  #isGone = false;
  #words = "";

  /**
   * If a proxy is set, confined programs that need the network can connect only to the proxy. Throws `git_failed` if no file descriptor is left
   * for the runner.
   */
  constructor(perl: string, wantsIsolation: boolean, proxySocketPath: string | null) {
    this.#process = startProgram(
      () =>
        spawn(perl, [script], {
          cwd: "/",
          env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" },
          stdio: ["ignore", "ignore", "pipe", "pipe"],
          detached: true,
        }),
      cannotStart,
    );
    this.#control = socketOf(this.#process.stdio[3]);
    this.#ready.promise.catch(() => {});
    let left: Buffer = Buffer.alloc(0);
    this.#control.on("data", (chunk: Buffer) => {
      left = decodeFrames(left.length === 0 ? chunk : Buffer.concat([left, chunk]), (frame) =>
        this.#take(frame),
      );
    });
    this.#control.on("error", () => {});
    this.#control.once("close", () => {
      this.#isGone = true;
    });
    this.#process.once("error", (cause) => this.#end(cannotStart(cause)));
    // By this event, all output of the runner has arrived.
    this.#process.once("close", () => this.#end());
    this.#process.stderr!.on("data", (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString("utf8")).slice(-maxWordsBytes);
    });
    this.#control.write(
      encodeFrame([
        "start",
        this.#name,
        this.#token,
        process.getuid!(),
        process.arch,
        wantsIsolation ? 1 : "",
        proxySocketPath ?? "",
      ]),
    );
    const release = () => this.#release();
    this.#ready.promise.then(release, release);
  }

  /**
   * Allows this process to exit if no program is running. Before the runner is ready, it keeps the process alive, because a caller may be
   * waiting for it.
   */
  #release(): void {
    this.#process.unref();
    socketOf(this.#process.stderr).unref();
    this.#updateReference();
  }

  /** Keeps this process alive while a program is running that is not idle. */
  #updateReference(): void {
    if (this.#isGone) return;
    const isNeeded = [...this.#running.values()].some(({ isIdle }) => !isIdle);
    if (isNeeded) this.#control.ref();
    else this.#control.unref();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Resolves to the reason why programs are not confined, or to an empty string if they are confined. Rejects if the runner could not be
   * started.
   */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  run(launch: RunnerLaunch): HostProgram {
    const id = this.#nextId++;
    const stdout = this.#open(id, 1);
    const stdin = launch.hasStdin ? this.#open(id, 0) : null;
    const stderr = new Readable({ read() {} });
    const exited = Promise.withResolvers<number | null>();
    const running: Running = {
      exited,
      stdin: stdin?.writable ?? null,
      stdout: stdout.readable,
      stderr,
      isKilled: false,
      isIdle: false,
    };
    this.#running.set(id, running);
    stdin?.readable.resume();
    this.#control.ref();
    if (this.#isGone) setImmediate(() => this.#end());
    else this.#control.write(encodeLaunch(id, launch));
    programsStarted.publish({ argv: launch.argv });
    return {
      stdin: stdin?.writable ?? null,
      stdout: stdout.readable,
      stderr,
      exited: exited.promise,
      kill: () => {
        running.isKilled = true;
        if (this.#running.has(id) && !this.#isGone) this.#control.write(encodeFrame(["kill", id]));
      },
      setIdle: (isIdle) => {
        running.isIdle = isIdle;
        for (const { socket } of stdin === null ? [stdout] : [stdout, stdin])
          if (isIdle) socket.unref();
          else socket.ref();
        this.#updateReference();
      },
    };
  }

  /** Stops the runner and kills every program that it started. */
  async stop(): Promise<void> {
    if (this.#isGone) return;
    const ended = once(this.#process, "close");
    this.#process.ref();
    this.#control.destroy();
    await ended;
  }

  /** Opens a connection to the runner. The connection becomes the program's file descriptor. */
  #open(id: number, descriptor: 0 | 1): Connection {
    const socket = new Socket({ allowHalfOpen: true });
    socket.on("error", ({ message, syscall }: NodeJS.ErrnoException) => {
      if (syscall === "connect") this.#fail(id, `its runner cannot be reached (${message})`);
    });
    const header = `${this.#token} ${String(id).padStart(11, "0")} ${descriptor}\n`;
    const connect = () => {
      socket.connect({ path: `\0${this.#name}` });
      socket.write(header);
    };
    if (this.#isReady) {
      connect();
      return { socket, readable: socket, writable: socket };
    }
    // These streams are needed only for a program that starts before the runner is ready.
    const [readable, writable] = [new PassThrough(), new PassThrough()];
    writable.on("error", () => {});
    this.#ready.promise.then(
      () => {
        connect();
        socket.pipe(readable);
        writable.pipe(socket);
      },
      () => readable.destroy(),
    );
    return { socket, readable, writable };
  }

  #take(frame: RunnerFrame): void {
    if (frame.kind === "ready") {
      this.#isReady = true;
      this.#ready.resolve(frame.reason);
      return;
    }
    const running = this.#running.get(frame.id);
    if (running === undefined) return;
    if (frame.kind === "failed") {
      this.#fail(frame.id, frame.reason);
      return;
    }
    this.#forget(frame.id);
    const { stdin, stdout, stderr, exited, isKilled } = running;
    stderr.push(frame.stderr);
    stderr.push(null);
    if (stderr.listenerCount("data") === 0) stderr.resume();
    if (isKilled) stdout.destroy();
    // If nothing reads the output, discards it, because the exit code resolves only at the end of the output.
    else if (stdout.readableFlowing === null && stdout.listenerCount("readable") === 0) stdout.resume();
    const ends = [finished(stdout, { writable: false }), finished(stderr)];
    Promise.allSettled(ends).then(() => {
      // A half-open connection would leave its file descriptor open.
      stdin?.destroy();
      stdout.destroy();
      exited.resolve(frame.code);
    });
  }

  /** Fails a program that has not started. The runner may still be waiting for the program's connections. */
  #fail(id: number, reason: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    if (!this.#isGone) this.#control.write(encodeFrame(["kill", id]));
    this.#forget(id);
    running.stdin?.destroy();
    running.stdout.destroy();
    running.exited.reject(new AppError("git_failed", withReason("Git could not be started", reason)));
  }

  #forget(id: number): void {
    this.#running.delete(id);
    this.#updateReference();
  }

  #end(error = exitedEarly(this.#words)): void {
    this.#isGone = true;
    this.#ready.reject(error);
    for (const [id, running] of this.#running) {
      this.#forget(id);
      running.stdin?.destroy();
      running.stdout.destroy();
      running.stderr.push(null);
      running.exited.reject(error);
    }
  }
}

const exitedEarly = (words: string) =>
  new AppError(
    "git_failed",
    `${withReason("The git runner exited while git was running", words.trim())} Try again.`,
  );

const cannotStart = (cause: unknown) =>
  new AppError("git_failed", withStartReason("The git runner could not be started", cause), { cause });

/** Returns the pipe to a child process. Node represents it as a socket. */
function socketOf(pipe: unknown): Socket {
  if (pipe instanceof Socket) return pipe;
  throw new TypeError("The host git runner was started without its pipes.");
}
