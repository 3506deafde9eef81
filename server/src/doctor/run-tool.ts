import { spawn } from "node:child_process";
import { reason } from "../core/base/index.ts";

export interface ToolResult {
  /** null when it could not be started, or a signal (the time limit's too) ended it. */
  readonly code: number | null;
  /** The first 4,000 characters of what it wrote, or why it could not start. */
  readonly output: string;
  readonly isMissing: boolean;
}

const maxOutput = 4_000;

/** Runs a program of `path` for at most 10 s. Never rejects. */
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
