import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startReadyProcess } from "../support/ready-process.ts";
import { watchLatency } from "./watch-latency.ts";

const STUBS = fileURLToPath(new URL("bare-stubs.ts", import.meta.url));
const SERVER = `
const server = require("node:http").createServer((_request, response) => response.end('{"status":"ok"}'));
server.listen(0, "127.0.0.1", () => console.log("ready http://127.0.0.1:" + server.address().port));
process.once("SIGTERM", () => process.exit());
`;

export interface BareBurst {
  /** Seconds until the last stub has exited. */
  readonly seconds: number;
  /** Processor time of the process that starts the stubs. */
  readonly cpuMs: number;
  readonly latencies: readonly number[];
}

/** Runs as many stubs at once without the product, beside a bare HTTP server, whose latencies it measures. */
export async function runBareBurst(
  stub: string,
  { count, sleepMs }: { readonly count: number; readonly sleepMs: number },
): Promise<BareBurst> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-burst-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const server = await startReadyProcess(["-e", SERVER], {}, /^ready (\S+)$/);
  cleanup.defer(() => server.stop());
  const args = [STUBS, stub, String(count), String(sleepMs)];
  const { result, latencies } = await watchLatency({ url: server.url, path: "/healthz" }, () =>
    promisify(execFile)(process.execPath, args, { cwd: folder }),
  );
  const { seconds, cpuMs } = JSON.parse(result.stdout) as Omit<BareBurst, "latencies">;
  return { seconds, cpuMs, latencies };
}
