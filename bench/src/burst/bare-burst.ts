import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promptStub } from "../support/prompt-stub.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import { stubPrompt } from "../support/stub-agent.ts";
import { watchLatency } from "./watch-latency.ts";

const SERVER = `
const server = require("node:http").createServer((_request, response) => response.end('{"status":"ok"}'));
server.listen(0, "127.0.0.1", () => console.log("ready http://127.0.0.1:" + server.address().port));
process.once("SIGTERM", () => process.exit());
`;

/**
 * Runs as many stubs at once without the product, beside a bare HTTP server. Returns the seconds until the last stub has
 * exited, and the latencies of the server.
 */
export async function runBareBurst(
  stub: string,
  { count, sleepMs }: { readonly count: number; readonly sleepMs: number },
): Promise<{ readonly seconds: number; readonly latencies: readonly number[] }> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-burst-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const server = await startReadyProcess(["-e", SERVER], {}, /^ready (\S+)$/);
  cleanup.defer(() => server.stop());
  const startedAt = performance.now();
  const { latencies } = await watchLatency(server.url, "/healthz", () =>
    Promise.all(
      Array.from({ length: count }, (_, number) =>
        promptStub(stub, folder, stubPrompt(sleepMs, `notes-${number}.txt`)),
      ),
    ),
  );
  return { seconds: (performance.now() - startedAt) / 1_000, latencies };
}
