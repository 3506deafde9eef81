import { PassThrough } from "node:stream";
import type { WireRecord } from "@tembo/contract";
import type { DecidePermission } from "../../core/sessions/index.ts";
import type { Sandbox, SandboxProcess } from "../../core/turns/index.ts";
import { onAbort, whenAborted } from "../../runtime/on-abort.ts";
import { TaskSequence } from "../../runtime/task-sequence.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import { readLines } from "../acp/process/read-lines.ts";
import { partsWithoutUse } from "./parts-without-use.ts";
import { answersIn, type Message, Tape, type TapeEntry } from "./tape.ts";

const maxLineBytes = 16 * 1024 * 1024;
/** Time limit for a response. The current driver may respond to a request that an earlier driver ignored, or vice versa. */
const answerLimitMs = 1_000;

/**
 * Replaces a harness process by replaying a recording. Responds to the driver's requests with the recorded responses, and sends the
 * recorded updates after each prompt.
 */
export class RecordedHarness {
  readonly #tape: Tape;
  readonly #stdin = new PassThrough();
  readonly #stdout = new PassThrough();
  readonly #exit = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  readonly #waiting = new Map<unknown, () => void>();
  /** Recorded decisions on open permission requests, by tool call. */
  readonly #decisions = new Map<string, "allow" | "deny" | "cancelled">();
  /** Time after the response to a prompt during which further messages still belong to that prompt. */
  readonly #lateMs: number;
  #cancel = new AbortController();
  #playedAt = 0;

  constructor(records: readonly WireRecord[], lateMs: number) {
    this.#tape = new Tape(records);
    this.#lateMs = lateMs;
    void this.#serve();
  }

  /** Current position in the recording, in milliseconds. */
  get now(): number {
    return this.#playedAt;
  }

  /** Recorded prompts, in order. */
  get prompts(): readonly TapeEntry[] {
    return this.#tape.prompts;
  }

  /** True if the recorded harness requested permissions. */
  get hasAsked(): boolean {
    return this.#tape.hasRequest("session/request_permission");
  }

  /** Returns a signal that aborts if the next prompt was canceled in the recording. */
  nextCancel(): AbortSignal {
    this.#cancel = new AbortController();
    return this.#cancel.signal;
  }

  /** Returns the recorded decision. Denies a request without a recorded decision. */
  readonly decide: DecidePermission = async ({ toolCallId }, signal) => {
    const decision = this.#decisions.get(toolCallId) ?? "deny";
    if (decision !== "cancelled") return decision;
    await whenAborted(signal);
    throw signal.reason;
  };

  /** Returns a sandbox whose `spawn` always returns this harness. */
  sandbox(cwd: string): Sandbox {
    const stderr = new PassThrough().end();
    const process: SandboxProcess = {
      stdin: this.#stdin,
      stdout: this.#stdout,
      stderr,
      exited: this.#exit.promise,
    };
    return {
      workspacePath: cwd,
      homePath: "/nowhere",
      modelUrl: "http://127.0.0.1",
      tools: { program: "tembo", url: "http://127.0.0.1" },
      spawn: (_, signal) => {
        onAbort(signal, () => this.#end());
        return process;
      },
      ...partsWithoutUse,
      stop: async () => this.#end(),
    };
  }

  #end(): void {
    this.#stdout.end();
    this.#stdin.end();
    this.#exit.resolve({ code: 0, signal: null });
  }

  async #serve(): Promise<void> {
    const playing = new TaskSequence();
    for await (const line of readLines(this.#stdin, maxLineBytes, () => {})) {
      const message = JSON.parse(line) as Message;
      if (message.method === undefined) this.#waiting.get(message.id)?.();
      else if (message.method === "session/prompt") playing.add(() => this.#play(message.id));
      else if (message.id !== undefined) await this.#answer(message);
    }
    await playing.settled();
    this.#end();
  }

  async #answer({ id, method }: Message): Promise<void> {
    const { answer, notifications } = this.#tape.takeAnswer(method!);
    await this.#write({ jsonrpc: "2.0", id, ...answer });
    for (const entry of notifications) await this.#writeEntry(entry);
  }

  async #play(id: unknown): Promise<void> {
    const next = this.#tape.takePrompt();
    if (next === null) return this.#end();
    for (const entry of next.notifications) await this.#writeEntry(entry);
    let answeredAt: number | null = null;
    for (let entry = this.#tape.next(); entry !== null; entry = this.#tape.next()) {
      const isLate = answeredAt !== null && entry.at > answeredAt + this.#lateMs;
      if (isLate) return this.#tape.back();
      const { message, direction } = entry;
      if (direction === "toHarness") {
        if (message.method === "session/prompt") {
          this.#tape.back();
          break;
        }
        if (message.method === "session/cancel") this.#cancel.abort();
      } else if (message.method !== undefined) {
        await this.#send(entry);
      } else if (message.id === next.prompt.message.id) {
        answeredAt = entry.at;
        this.#playedAt = entry.at;
        await this.#write({ ...message, id });
      }
    }
    // If no response to the prompt was recorded, the harness exited or the recording ended early.
    if (answeredAt === null) this.#end();
  }

  /** Sends an entry. If the entry is a request, waits for the response, unless the request was still open when the prompt was canceled. */
  async #send(entry: TapeEntry): Promise<void> {
    const { id } = entry.message;
    if (id === undefined) return this.#writeEntry(entry);
    const decision = answersIn(entry, this.#tape.answerTo(id));
    if (decision !== null) this.#decisions.set(decision.toolCallId, decision.outcome);
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    await this.#writeEntry(entry);
    if (decision?.outcome !== "cancelled") {
      await settlesWithin(answered, answerLimitMs);
    }
  }

  #writeEntry(entry: TapeEntry): Promise<void> {
    this.#playedAt = entry.at;
    return this.#write(entry.message);
  }

  async #write(message: object): Promise<void> {
    if (this.#stdout.writableEnded) return;
    if (!this.#stdout.write(`${JSON.stringify(message)}\n`)) {
      await new Promise((resolve) => this.#stdout.once("drain", resolve).once("close", resolve));
    }
  }
}
