import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pollUntil } from "../../../server/src/runtime/poll-until.ts";
import { freePort } from "../../../server/src/testing/free-port.ts";
import { stubPrompt } from "../support/stub-prompt.ts";
import { installPeer } from "./install-peer.ts";

const VERSION = "0.4.2";
const INSTALL_LIMIT_MS = 60_000;
const READY_LIMIT_MS = 30_000;
const SESSION_LIMIT_MS = 30_000;

export interface SandboxAgent extends AsyncDisposable {
  readonly name: string;
  /** Starts the server, creates two sessions and stops the server. The first session warms up the server. */
  run(): Promise<{ readonly readyMs: number; readonly firstMs: number }>;
}

/**
 * Prepares sandbox-agent, which creates no sandbox and stores no session on disk. Its mock agent only returns what it
 * receives, so the stub replaces this agent's launcher.
 */
export async function prepareSandboxAgent(stubPath: string): Promise<SandboxAgent> {
  await using cleanup = new AsyncDisposableStack();
  const installed = await installPeer({
    name: `@sandbox-agent/cli-linux-${process.arch}`,
    version: VERSION,
  });
  const program = join(installed, "bin/sandbox-agent");
  // The install script of the package, which does not run, does the same.
  await chmod(program, 0o755);
  const home = await mkdtemp(join(tmpdir(), "tembo-bench-sandbox-agent-"));
  cleanup.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = { PATH: process.env.PATH, HOME: home };
  const options = { cwd: home, env, timeout: INSTALL_LIMIT_MS };
  const { stdout } = await promisify(execFile)(program, ["install-agent", "mock"], options);
  const { artifacts } = JSON.parse(stdout) as { artifacts: { path: string }[] };
  await writeFile(artifacts[0]!.path, `#!/bin/sh\nexec '${process.execPath}' '${stubPath}' small\n`, {
    mode: 0o755,
  });
  const owned = cleanup.move();
  return {
    name: `sandbox-agent ${VERSION}`,
    run: async () => {
      const port = await freePort();
      const startedAt = performance.now();
      const child = spawn(program, ["server", "--no-token", "--no-telemetry", "--port", String(port)], {
        cwd: home,
        env,
        stdio: "ignore",
      });
      const ended = once(child, "exit");
      try {
        const url = `http://127.0.0.1:${port}`;
        if (!(await pollUntil(() => isHealthy(url), { every: 5, timeoutMs: READY_LIMIT_MS })))
          throw new Error("sandbox-agent was not ready within the time limit.");
        const readyMs = performance.now() - startedAt;
        await timeSession(`${url}/v1/acp/first`, home);
        return { readyMs, firstMs: await timeSession(`${url}/v1/acp/second`, home) };
      } finally {
        child.kill("SIGKILL");
        await ended;
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/v1/health`)).ok;
  } catch (cause) {
    if (cause instanceof TypeError) return false; // It does not listen yet.
    throw cause;
  }
}

/** Returns the milliseconds from the first request for a session to the first update of its agent. */
async function timeSession(url: string, cwd: string): Promise<number> {
  const signal = AbortSignal.timeout(SESSION_LIMIT_MS);
  const request = async <T>(id: number, method: string, params: object): Promise<T> => {
    const response = await fetch(id === 1 ? `${url}?agent=mock` : url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
      signal,
    });
    const answer = (await response.json()) as { result?: T };
    if (answer.result === undefined) throw new Error(`${method} returned ${JSON.stringify(answer)}`);
    return answer.result;
  };
  const startedAt = performance.now();
  await request(1, "initialize", { protocolVersion: 1, clientCapabilities: {} });
  const stream = await fetch(url, { headers: { accept: "text/event-stream" }, signal });
  const first = firstUpdateAt(stream);
  const { sessionId } = await request<{ sessionId: string }>(2, "session/new", { cwd, mcpServers: [] });
  const prompt = [{ type: "text", text: stubPrompt(0, join(cwd, "notes.txt")) }];
  const [firstAt] = await Promise.all([first, request(3, "session/prompt", { sessionId, prompt })]);
  return firstAt - startedAt;
}

async function firstUpdateAt({ body }: Response): Promise<number> {
  let text = "";
  for await (const part of body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes('"session/update"')) return performance.now();
  }
  throw new Error("The events of sandbox-agent ended before an update.");
}
