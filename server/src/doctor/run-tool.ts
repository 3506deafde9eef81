import { spawn } from "node:child_process";
import { reason } from "../core/base/index.ts";

export interface ToolResult {
  /** Exit code, or null if the program could not be started or was killed, for example at the time limit. */
  readonly code: number | null;
  /** First 4,000 characters of the output, or the reason why the program could not be started. */
  readonly output: string;
  readonly isMissing: boolean;
}

const maxOutput = 4_000;

/** Runs a program, which it looks up on `path`, for at most 10 s. Never rejects. */
export async function runTool(
  argv: readonly [string, ...string[]],
  path: string,
  user: { uid: number; gid: number } | null = null,
): Promise<ToolResult> {
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    ...(user ?? {}),
    cwd: "/",
    env: { PATH: path, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk).slice(0, maxOutput);
    });
  }
  return new Promise((resolve) => {
    child.once("error", (cause: NodeJS.ErrnoException) =>
      resolve({ code: null, output: reason(cause), isMissing: cause.code === "ENOENT" }),
    );
    child.once("close", (code) => resolve({ code, output: output.trim(), isMissing: false }));
  });
}
