import { AppError, withReason } from "../../core/base/index.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";
import type { HostProgram } from "../runner.ts";

export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  readonly sizeBytes: number;
}

export interface ObjectAnswer {
  readonly info: ObjectInfo;
  /** Empty if the request was for the information only. */
  readonly content: Buffer;
}

interface Body {
  readonly info: ObjectInfo;
  /** Space for the content and the line break that follows it. */
  readonly bytes: Buffer;
  filledBytes: number;
}

interface Request {
  readonly wantsContent: boolean;
  readonly answered: PromiseWithResolvers<ObjectAnswer | null>;
}

/** Arguments with which git answers requests until its input ends (git-cat-file(1)). */
export const readerArguments = [
  "git",
  "cat-file",
  "--batch-command=%(objectname) %(objecttype) %(objectsize)",
] as const;

const maxRequests = 50_000;
const maxHeaderBytes = 64 * 1024;
const maxErrorBytes = 4096;
const header = /^([0-9a-f]{40,64}) (\w+) (\d+)$/;

/** Reads objects through one git process, which answers in the order of the requests. If git exits, the requests fail with `git_failed`. */
export class ObjectReader {
  readonly #program: HostProgram;
  readonly #answerTimeoutMs: number;
  readonly #onIdle: () => void;
  readonly #requests: Request[] = [];
  readonly #errors = new TailBuffer(maxErrorBytes);
  #header = "";
  #body: Body | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  /** `onIdle` is called whenever all requests have been answered, and `onEnd` after git has exited. */
  constructor(
    program: HostProgram,
    options: { readonly answerTimeoutMs: number; readonly onIdle: () => void; readonly onEnd: () => void },
  ) {
    this.#program = program;
    this.#answerTimeoutMs = options.answerTimeoutMs;
    this.#onIdle = options.onIdle;
    // The exit code and the error output indicate the reason.
    program.stdin!.on("error", () => {});
    program.stderr.on("data", (chunk: Buffer) => this.#errors.add(chunk));
    program.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    program.exited
      .then(
        (code) => this.#fail(exited(this.#errors.toText().trim() || `exit code ${code}`)),
        (cause) => this.#fail(cause),
      )
      .finally(options.onEnd);
  }

  get isIdle(): boolean {
    return this.#requests.length === 0;
  }

  /**
   * `name` contains no line break, which would end the request. Returns an object's information and, if `wantsContent` is true, its content. Returns null if git does not find it. The caller limits the
   * size of the content by requesting the information first.
   */
  async ask(name: string, wantsContent: boolean): Promise<ObjectAnswer | null> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#requests.length === maxRequests)
      throw new AppError("git_failed", `More than ${maxRequests} requests for objects are waiting.`);
    const answered = Promise.withResolvers<ObjectAnswer | null>();
    this.#requests.push({ wantsContent, answered });
    if (this.#requests.length === 1) {
      this.#program.setIdle(false);
      this.#restartTimer();
    }
    this.#program.stdin!.write(`${wantsContent ? "contents" : "info"} ${name}\n`);
    return answered.promise;
  }

  end(): void {
    this.#program.kill();
  }

  #take(chunk: Buffer): void {
    while (chunk.length > 0 && this.#failure === undefined) {
      const used = this.#body === null ? this.#takeHeader(chunk) : this.#takeBody(chunk, this.#body);
      chunk = chunk.subarray(used);
    }
  }

  #takeHeader(chunk: Buffer): number {
    const end = chunk.indexOf("\n");
    this.#header += chunk.toString("latin1", 0, end < 0 ? chunk.length : end);
    if (this.#header.length > maxHeaderBytes) this.#stop("its answer has no end");
    if (end < 0) return chunk.length;
    const [, id, type, size] = header.exec(this.#header) ?? [];
    this.#header = "";
    const info = id && type && size ? { id, type, sizeBytes: Number(size) } : null;
    if (info !== null && this.#requests[0]?.wantsContent)
      this.#body = { info, bytes: Buffer.alloc(info.sizeBytes + 1), filledBytes: 0 };
    else this.#answer(info && { info, content: Buffer.alloc(0) });
    return end + 1;
  }

  #takeBody(chunk: Buffer, body: Body): number {
    const used = chunk.copy(body.bytes, body.filledBytes);
    body.filledBytes += used;
    if (body.filledBytes === body.bytes.length) {
      this.#body = null;
      this.#answer({ info: body.info, content: body.bytes.subarray(0, -1) });
    }
    return used;
  }

  #answer(answer: ObjectAnswer | null): void {
    const request = this.#requests.shift();
    if (request === undefined) {
      this.#stop("it answered without a request");
      return;
    }
    request.answered.resolve(answer);
    clearTimeout(this.#timer);
    if (!this.isIdle) {
      this.#restartTimer();
      return;
    }
    this.#program.setIdle(true);
    this.#onIdle();
  }

  #restartTimer(): void {
    this.#timer = setTimeout(
      () => this.#stop(`it took longer than ${this.#answerTimeoutMs / 1000} s`),
      this.#answerTimeoutMs,
    );
  }

  #stop(reason: string): void {
    this.#fail(exited(reason));
    this.#program.kill();
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
    clearTimeout(this.#timer);
    for (const { answered } of this.#requests.splice(0)) answered.reject(this.#failure);
  }
}

const exited = (reason: string) => new AppError("git_failed", withReason("git cat-file failed", reason));
