import { spawn } from "node:child_process";
import { once } from "node:events";

/** Starts this many processes that loop without a pause, at the default priority. Disposing the result kills them. */
export async function startBusyLoops(count: number): Promise<AsyncDisposable> {
  const loops = Array.from({ length: count }, () =>
    spawn("/bin/sh", ["-c", "while :; do :; done"], { stdio: "ignore" }),
  );
  await Promise.all(loops.map((loop) => once(loop, "spawn")));
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = loops.map((loop) => once(loop, "exit"));
      for (const loop of loops) loop.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}
