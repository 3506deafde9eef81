/**
 * Runs the tests of installations and of the image of Tembo in a network namespace that has only a loopback interface:
 * npm run test:install:offline [-- --file TEXT]. npm and apt read their caches, which a run of the same tests with a network fills.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import { howToFill } from "./install-tests/offline.ts";

/** Errors of npm and apt about a package that their caches do not have. */
const missing = /ENOTCACHED|Unable to (?:locate package|fetch some archives)/;

const { file } = parseArgs({ options: { file: { type: "string" } } }).values;
const runs =
  file === undefined
    ? [["install"], ["image", "--file", "images/tembo"]]
    : [["install", "image", "--file", file]];
if (process.getuid!() !== 0) {
  console.error("Run this command as root, which may create a network namespace.");
  process.exit(1);
}
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
for (const args of runs) if (!stop.signal.aborted && !(await runTests(args))) process.exitCode = 1;
if (stop.signal.aborted) process.exitCode = 1;

/** Returns true if all tests pass. */
async function runTests(args: readonly string[]): Promise<boolean> {
  const shell = ["sh", "-euc", 'ip link set lo up\nexec "$@"', "sh"];
  const runner = [process.execPath, join(import.meta.dirname, "test.ts"), ...args];
  // The runner replaces unshare and the shell, so that it receives SIGTERM.
  const child = spawn("unshare", ["--net", ...shell, ...runner], {
    env: { ...process.env, TEMBO_INSTALL_OFFLINE: "1", npm_config_offline: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const onAbort = () => child.kill("SIGTERM");
  stop.signal.addEventListener("abort", onAbort);
  let isMissing = false;
  const forward = (from: Readable, to: Writable) => {
    let recent = "";
    from.setEncoding("utf8").on("data", (text: string) => {
      recent += text;
      isMissing ||= missing.test(recent);
      recent = recent.slice(-100);
      to.write(text);
    });
  };
  forward(child.stdout, process.stdout);
  forward(child.stderr, process.stderr);
  const [code] = await once(child, "close");
  stop.signal.removeEventListener("abort", onAbort);
  if (isMissing && code !== 0)
    console.error(`The caches of npm and apt do not have all packages. ${howToFill}`);
  return code === 0;
}
