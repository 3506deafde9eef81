import { inspect } from "node:util";
import {
  type ClientContext,
  client,
  methods,
  type SessionNotification,
  type SessionUpdate,
} from "@agentclientprotocol/sdk/unstable";
import { AppError, reason } from "../../../core/base/index.ts";
import type { ProtocolLine } from "../../../core/sessions/index.ts";
import type { Sandbox, SandboxCommand, SandboxProcess } from "../../../core/turns/index.ts";
import type { StartTimer } from "../timer.ts";
import { LastWords } from "./last-words.ts";
import { messageStream, ProtocolError } from "./message-stream.ts";
import type { PermissionDesk } from "./permission-desk.ts";

const exitGraceMs = 1_000;
const exitCodeWaitMs = 1_000;
const outputAfterExitMs = 5_000;

/** Options that prevent `inspect` from traversing a deep or long value. */
const briefly = { depth: 2, maxArrayLength: 5, maxStringLength: 100, breakLength: Number.POSITIVE_INFINITY };

/** Receives session updates. */
export interface UpdateListener {
  /**
   * Called with an unvalidated update. If it throws, the update counts as noise, which becomes part of the harness's last output in error
   * messages.
   */
  update(update: SessionUpdate, sessionId: string): void;
  /** Called when an update was dropped because it was too long. */
  dropped(): void;
  /** Returns a promise. The driver does not read the harness's output while this promise is pending. */
  whenReady(): Promise<void>;
}

export interface HarnessProcessOptions {
  readonly displayName: string;
  readonly sandbox: Sandbox;
  readonly command: SandboxCommand;
  readonly startTimer: StartTimer;
  readonly permissions: PermissionDesk;
  readonly onProtocolLine: ((line: ProtocolLine) => void) | null;
}

/** Harness process and its protocol connection, which have the same lifetime. */
export class HarnessProcess {
  readonly agent: ClientContext;
  readonly #options: HarnessProcessOptions;
  readonly #process: SandboxProcess;
  readonly #kill = new AbortController();
  readonly #lastWords = new LastWords();
  readonly #connection;
  #listener: UpdateListener | null = null;
  readonly #stderrClosed: Promise<void>;
  #exit: { readonly code: number | null; readonly signal: string | null } | null = null;

  /** Starts the harness. Throws the errors of `sandbox.spawn`. */
  constructor(options: HarnessProcessOptions) {
    this.#options = options;
    this.#process = options.sandbox.spawn(options.command, this.#kill.signal);
    const { stdin, stdout, stderr, exited } = this.#process;
    stderr.setEncoding("utf8").on("data", (text: string) => this.#lastWords.add(text));
    // Writing to an exited program's pipe fails. The exit that follows explains the reason.
    for (const pipe of [stdin, stdout, stderr])
      pipe.on("error", (error) => this.#lastWords.add(`\n${error}`));
    this.#connection = client({ name: "tembo" })
      .onRequest(methods.client.session.requestPermission, async ({ params }) => {
        const update = { sessionUpdate: "tool_call_update" as const, ...params.toolCall };
        this.#receive({ sessionId: params.sessionId, update });
        return { outcome: await options.permissions.answer(params) };
      })
      .connect(
        messageStream({
          stdin,
          stdout,
          onNoise: (line) => this.#lastWords.add(`\n${line}\n`),
          onUpdate: (params) => this.#receive(params as SessionNotification),
          onDropped: () => this.#listener?.dropped(),
          onProtocolLine: options.onProtocolLine ?? undefined,
          whenReady: async () => this.#listener?.whenReady(),
        }),
      );
    this.agent = this.#connection.agent;
    this.#stderrClosed = new Promise((resolve) => stderr.once("close", resolve));
    void exited.then((exit) => {
      this.#exit = exit;
      // The driver still reads output that was written before the exit. The connection closes at the end of the output or when this timer
      // fires, whichever is first.
      options.startTimer(outputAfterExitMs, () => this.#connection.close(new Error("the harness ended")));
    });
    void this.#connection.closed.then(() => this.close());
  }

  get isAlive(): boolean {
    return this.#exit === null && !this.#connection.signal.aborted;
  }

  /** Sets the listener. If it is null, drops updates, for example those that the harness repeats while it loads a conversation. */
  listen(listener: UpdateListener | null): void {
    this.#listener = listener;
  }

  kill(): void {
    this.#kill.abort();
  }

  /** Closes stdin, so that the harness can save its state and exit. Kills the process if it has not exited after the grace period. */
  async close(): Promise<void> {
    const stop = this.#options.startTimer(exitGraceMs, () => this.kill());
    this.#process.stdin.end();
    await this.#process.exited;
    stop();
    this.kill();
  }

  /**
   * Returns `harness_failed` for a harness that has exited or closed its connection, with its exit code or signal and its last output. Waits for
   * the exit for at most one second.
   */
  async deathError(doing: string, cause?: unknown): Promise<AppError> {
    const exit = await this.#exitWithin(exitCodeWaitMs);
    const words = this.#lastWords.toString();
    const how = exit?.signal
      ? `was killed by ${exit.signal}`
      : exit
        ? `exited with code ${exit.code}`
        : "closed its connection";
    const broke = cause instanceof ProtocolError ? ` because ${cause.message}` : "";
    const lastOutput = words === "" ? "It printed no output." : `Its last output: ${words}`;
    const sentence = `${this.#options.displayName} ${how} ${doing}${broke}. ${lastOutput}`;
    return new AppError("harness_failed", sentence, { cause });
  }

  #receive(notification: SessionNotification): void {
    try {
      this.#listener?.update(notification.update, notification.sessionId);
    } catch (error) {
      // An update that violates the protocol counts as noise.
      this.#lastWords.add(
        `\nbad update: ${reason(error)}: ${inspect(notification, briefly).slice(0, 500)}\n`,
      );
    }
  }

  async #exitWithin(ms: number) {
    let stop = () => {};
    const late = new Promise<void>((resolve) => {
      stop = this.#options.startTimer(ms, resolve);
    });
    await Promise.race([Promise.all([this.#process.exited, this.#stderrClosed]), late]);
    stop();
    return this.#exit;
  }
}
