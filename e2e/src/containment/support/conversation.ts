import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A child process that receives requests as lines of JSON and responds to them in order. */
export interface Conversation {
  ask(question: unknown): Promise<unknown>;
  /** Closes the process's input. The process then exits. */
  close(): Promise<void>;
}

/** Starts the requesting side. Waits for the first line from the process, which states that the process is ready. */
export async function converse(child: ChildProcess): Promise<Conversation> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = once(child, "exit");
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done) throw new Error("The other process of the suite exited; its output is above.");
    const answer = JSON.parse(value) as { readonly answer?: unknown; readonly error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.answer;
  };
  await next();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ask: (question) => {
      const answered = turn.then(() => {
        child.stdin!.write(`${JSON.stringify(question)}\n`);
        return next();
      });
      turn = answered.catch(() => {});
      return answered;
    },
    close: async () => {
      child.stdin!.end();
      await ended;
    },
  };
}

/** Runs the responding side until its input ends. */
export async function answerAll(answer: (question: never) => Promise<unknown>): Promise<void> {
  const [input, output]: [Readable, Writable] = [process.stdin, process.stdout];
  output.write('{"answer":"ready"}\n');
  for await (const line of createInterface({ input })) {
    const outcome = await answer(JSON.parse(line) as never).then(
      (result) => ({ answer: result ?? null }),
      (cause: unknown) => ({
        error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
      }),
    );
    output.write(`${JSON.stringify(outcome)}\n`);
  }
}
