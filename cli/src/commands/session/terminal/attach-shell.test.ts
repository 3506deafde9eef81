import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { Terminal } from "@tembo-io/sdk";
import { exitCodes } from "../../../exit-codes.ts";
import type { InputStream, OutputStream } from "../../../terminal.ts";
import { runCommand } from "../../../testing/run-command.ts";
import { attachShell } from "./attach-shell.ts";

/** A shell that the test controls. */
class FakeShell {
  readonly calls: unknown[] = [];
  readonly #queue: (string | Error | null)[] = [];
  #wake = () => {};
  write(text: string): void {
    this.calls.push(text);
  }
  resize(size: object): void {
    this.calls.push(size);
  }
  close(): void {
    this.send(null);
  }
  /** Sends output, ends the shell (null) or breaks the connection. */
  send(next: string | Error | null): void {
    this.#queue.push(next);
    this.#wake();
  }
  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (this.#queue.length === 0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      const next = this.#queue.shift();
      if (next === null) return;
      if (typeof next !== "string") throw next;
      yield next;
    }
  }
}

class FakeInput extends EventEmitter {
  isRaw = false;
  isPaused = false;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  setEncoding(): void {}
  pause(): void {
    this.isPaused = true;
  }
}

class FakeOutput extends EventEmitter {
  text = "";
  write(data: string): boolean {
    this.text += data;
    // Reports a full buffer, so that the caller waits.
    queueMicrotask(() => this.emit("drain"));
    return false;
  }
}

function attach() {
  const [shell, stdin, stdout] = [new FakeShell(), new FakeInput(), new FakeOutput()];
  const ended = attachShell(shell as unknown as Terminal, {
    stdin: stdin as unknown as InputStream,
    stdout: stdout as unknown as OutputStream,
    size: () => ({ rows: 6, columns: 10 }),
  });
  return { shell, stdin, stdout, ended };
}

function assertRestored({ stdin, stdout }: Pick<ReturnType<typeof attach>, "stdin" | "stdout">): void {
  assert.deepEqual([stdin.isRaw, stdin.isPaused], [false, true]);
  assert.deepEqual([stdin.listenerCount("data"), stdout.listenerCount("resize")], [0, 0]);
  assert.match(stdout.text, /\x1b\[\?2004l.*\x1b\[\?25h\x1b\[0m$/);
}

test("passes on input, output and the size until the shell exits, and restores the terminal", async () => {
  const { shell, stdin, stdout, ended } = attach();
  assert.equal(stdin.isRaw, true);
  stdin.emit("data", "ls\r");
  stdin.emit("data", "\x03");
  stdout.emit("resize");
  shell.send("one ");
  shell.send("two");
  shell.send(null);
  assert.equal(await ended, "exited");
  assert.deepEqual(shell.calls, ["ls\r", "\x03", { rows: 6, columns: 10 }]);
  assert.match(stdout.text, /^one two/);
  assertRestored({ stdin, stdout });
});

test("Ctrl-] sends what precedes it, and closes the shell", async () => {
  const { shell, stdin, stdout, ended } = attach();
  stdin.emit("data", "last\x1dnever");
  assert.equal(await ended, "closed");
  assert.deepEqual(shell.calls, ["last"]);
  assertRestored({ stdin, stdout });
});

test("restores the terminal if the connection breaks", async () => {
  const { shell, stdin, stdout, ended } = attach();
  shell.send(new Error("gone"));
  await assert.rejects(ended, /gone/);
  assertRestored({ stdin, stdout });
});

test("requires a terminal, and sends no request without one", async () => {
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: "http://127.0.0.1:1" };
  const piped = await runCommand(["session", "terminal", "s1"], { env });
  assert.equal(piped.status, exitCodes.usage.code, piped.stderr);
  assert.match(piped.stderr, /needs a terminal/);
});
