import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { afterwards } from "./afterwards.ts";

/**
 * Runs a module's text in a process that has process IDs and a network of its own, as in another container with the same data folder. Needs
 * root. Returns the first line that it prints, and a function that ends the process without any cleanup. The process ends after the test.
 */
export async function runInContainer(
  t: TestContext,
  text: string,
): Promise<{ readonly line: string; readonly end: () => Promise<void> }> {
  const namespaces = ["--pid", "--net", "--mount", "--mount-proc", "--fork", "--kill-child"];
  const ending = 'process.stdin.resume().on("end", () => process.exit());';
  const program = [process.execPath, "--input-type=module", "--eval", `${ending}\n${text}`];
  const child = spawn("unshare", [...namespaces, "--", ...program], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const end = async () => {
    child.stdin.end();
    await exited;
  };
  afterwards(t, end);
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    exited.then(() => Promise.reject(new Error("The process exited before it printed a line."))),
  ]);
  return { line: String(line).trim(), end };
}
