import { spawn } from "node:child_process";
import { once } from "node:events";
import { withClone } from "../support/repositories.ts";

const LIMIT_MS = 60_000;

/** Runs a branch's tests in a fresh clone. Resolves to true if they pass. */
export function runTests(url: string, apiKey: string, branch: string): Promise<boolean> {
  return withClone(url, apiKey, branch, async (path) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, ["--test"], { cwd: path, env, stdio: "ignore", timeout: LIMIT_MS });
    const [code] = await once(child, "exit");
    return code === 0;
  });
}
