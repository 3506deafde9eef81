import { promptStub } from "../support/prompt-stub.ts";
import { stubPrompt } from "../support/stub-prompt.ts";

/**
 * Runs stubs at once, in the working folder: `node bare-stubs.ts STUB COUNT SLEEP_MS`. Prints the seconds until the last
 * one has exited, and the milliseconds of processor time of this process. It is a program of its own, because a process
 * starts others faster if it has little memory.
 */
const [stub, count, sleepMs] = process.argv.slice(2);
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: Number(count) }, (_, number) =>
    promptStub(stub!, process.cwd(), stubPrompt(Number(sleepMs), `notes-${number}.txt`)),
  ),
);
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seconds, cpuMs: (user + system) / 1_000 }));
