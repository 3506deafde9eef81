import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { startReadyProcess } from "../support/ready-process.ts";

const BYTES = 512 * 1024 * 1024;
const RUNS = 5;

/**
 * How fast a large download goes through CONNECT on the door's unix socket, beside the same download from the same
 * server over loopback TCP. Server, door and client are processes of their own.
 */
export async function measureEgressThroughput(say: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-egress-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const socketPath = join(folder, "e");
  const server = await startReadyProcess([script("serve-bytes")], { BYTES: String(BYTES) }, /^ready (\d+)$/);
  cleanup.defer(() => server.stop());
  const port = server.url;
  const door = await startReadyProcess(
    [script("open-door")],
    { SOCKET_PATH: socketPath, PORT: port },
    /^ready (\S+)$/,
  );
  cleanup.defer(() => door.stop());

  const through: number[] = [];
  const direct: number[] = [];
  const connectLine = `CONNECT localhost:${port} HTTP/1.1\r\n\r\n`;
  await download({ path: socketPath }, connectLine);
  for (let run = 0; run < RUNS; run += 1) {
    direct.push(await download({ host: "127.0.0.1", port: Number(port) }, null));
    through.push(await download({ path: socketPath }, connectLine));
    say(
      `transfer ${run + 1} of ${RUNS}: ${through.at(-1)!.toFixed(0)} MB per s, direct ${direct.at(-1)!.toFixed(0)}`,
    );
  }
  return {
    figures: [
      {
        name: "egress: MB through a tunnel",
        unit: "per s",
        product: median(through),
        floor: median(direct),
        goal: { bound: "at least", factor: 0.8 },
        runs: RUNS,
      },
    ],
    notes: [
      "The door copies every byte once more in and once more out of a process, so three processes share what two have without it.",
    ],
    measurements: { throughTunnel: through, direct },
  };
}

function script(name: string): string {
  return fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
}

/** MB per second, from the first byte to the last. Throws when bytes are missing. */
async function download(to: NetConnectOpts, connectLine: string | null): Promise<number> {
  let received = 0;
  let startedAt = 0;
  const onread = {
    buffer: Buffer.alloc(256 * 1024),
    callback: (length: number) => {
      if (received === 0) startedAt = performance.now();
      received += length;
      return true;
    },
  };
  const socket = connect({ ...to, onread });
  if (connectLine !== null) socket.write(connectLine);
  await once(socket, "close");
  const seconds = (performance.now() - startedAt) / 1000;
  if (received < BYTES) throw new Error(`Only ${received} of ${BYTES} bytes came.`);
  return BYTES / 1e6 / seconds;
}
