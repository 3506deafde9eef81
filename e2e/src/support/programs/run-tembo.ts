import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { API_KEY, type World } from "../world.ts";

const COMMAND = fileURLToPath(new URL("../../../../cli/bin/tembo.js", import.meta.url));

/**
 * Runs `tembo` against a world as from a shell. Sends `input` to standard input. Returns the output and the exit code.
 */
export async function runTembo(
  world: Pick<World, "url" | "dataDir">,
  args: readonly string[],
  input = "",
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TEMBO_BASE_URL: world.url,
      TEMBO_API_KEY: API_KEY,
      TEMBO_DATA_DIR: world.dataDir,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: out + err };
}
