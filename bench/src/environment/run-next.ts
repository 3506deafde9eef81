import type { Sandbox } from "../../../server/src/core/turns/index.ts";

/** Runs a program that prints one line. Returns the milliseconds until its first byte and until its exit. */
export async function runNext(sandbox: Sandbox): Promise<{ firstByteMs: number; exitMs: number }> {
  const startedAt = performance.now();
  const program = sandbox.spawn({ argv: ["/bin/echo"], cwd: "/", env: {} }, new AbortController().signal);
  program.stdin.end();
  program.stderr.resume();
  let firstByteMs = 0;
  program.stdout.once("data", () => {
    firstByteMs = performance.now() - startedAt;
  });
  const ended = new Promise((resolve) => program.stdout.once("end", resolve));
  const { code } = await program.exited;
  const exitMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`echo exited with ${code} in a sandbox`);
  await ended;
  return { firstByteMs, exitMs };
}
