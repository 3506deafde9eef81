import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBubblewrap } from "../../../server/src/sandbox/bubblewrap/create-bubblewrap.ts";
import { prepareRuntime } from "../../../server/src/sandbox/prepare-runtime.ts";
import { startSandboxRuntime } from "../peers/sandbox-runtime.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { runBareBubblewrap, runBareSpawn } from "./floors.ts";
import { runInNewSandbox } from "./run-in-new-sandbox.ts";

const RUNS = 100;
const WARM_UP_RUNS = 5;

/**
 * Measures the time to create a sandbox and run `true` in it, sequentially and concurrently. Compares this time with
 * that of bubblewrap alone, of a bare spawn and of sandbox-runtime, which also isolates with bubblewrap.
 */
export async function benchSandbox(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-bench-sandbox-"));
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Sandboxes run as other users.
  await chmod(dataDir, 0o711);
  const log = {
    info() {},
    warn: () => print("a guard is not active on this machine; run tembo doctor"),
    error() {},
  };
  const nodeBinary = await prepareRuntime(dataDir);
  const provider = createBubblewrap({ dataDir, nodeBinary, uidBase: 700_000, log });

  const peer = await startSandboxRuntime();
  if (peer !== null) cleanup.use(peer);
  let session = 0;
  const kinds = {
    product: () => runInNewSandbox(provider, session++),
    bubblewrap: runBareBubblewrap,
    ...(peer !== null && { peer: peer.run }),
    spawn: runBareSpawn,
  };
  const measurements: Record<string, number[]> = {};
  for (const [kind, run] of Object.entries(kinds)) {
    for (let index = 0; index < WARM_UP_RUNS; index += 1) await run();
    measurements[`sequential.${kind}`] = [];
  }
  // Alternates between the variants, so that other load on the machine affects all of them equally.
  for (let index = 0; index < RUNS; index += 1) {
    for (const [kind, run] of Object.entries(kinds)) measurements[`sequential.${kind}`]!.push(await run());
    if ((index + 1) % 25 === 0) print(`${index + 1} of ${RUNS} sequential runs`);
  }
  for (const [kind, run] of Object.entries(kinds)) {
    const startedAt = performance.now();
    measurements[`burst.${kind}`] = await Promise.all(Array.from({ length: RUNS }, run));
    measurements[`wall.${kind}`] = [performance.now() - startedAt];
    print(`${RUNS} concurrent runs: ${kind}`);
  }
  return {
    figures: listFigures(measurements, peer?.name ?? null),
    notes: [
      ...listNotes(measurements),
      ...(peer === null
        ? ["sandbox-runtime was not measured, because socat or ripgrep is not installed."]
        : []),
    ],
    measurements,
  };
}

interface Sample {
  readonly product: number[];
  readonly floor: number[];
  readonly peer: number[] | undefined;
}

function listFigures(measurements: Record<string, number[]>, peerName: string | null): Figure[] {
  const of = (name: string): Sample => ({
    product: measurements[`${name}.product`]!,
    floor: measurements[`${name}.bubblewrap`]!,
    peer: measurements[`${name}.peer`],
  });
  const [sequential, burst, wall] = [of("sequential"), of("burst"), of("wall")];
  const figure = (
    name: string,
    sample: Sample,
    take: (values: readonly number[]) => number,
    goal: Figure["goal"] = null,
  ): Figure => ({
    name,
    unit: "ms",
    product: take(sample.product),
    floor: take(sample.floor),
    ...(sample.peer && peerName !== null && { peer: { name: peerName, value: take(sample.peer) } }),
    goal,
    runs: RUNS,
  });
  const p95 = (values: readonly number[]) => quantile(values, 0.95);
  return [
    figure("sandbox create -> true, median", sequential, median, { bound: "at most", plus: 50 }),
    figure("sandbox create -> true, p95", sequential, p95),
    figure(`${RUNS} at once, median`, burst, median),
    figure(`${RUNS} at once, p95`, burst, p95),
    figure(`${RUNS} at once, until the last`, wall, ([value]) => value!, { bound: "at most", plus: 1_300 }),
  ];
}

function listNotes(measurements: Record<string, number[]>): string[] {
  const spawn = median(measurements["sequential.spawn"]!).toFixed(1);
  const wall = measurements["wall.spawn"]![0]!.toFixed(0);
  return [
    `The floor is bubblewrap with the same namespaces and folders. A bare spawn takes ${spawn} ms; ${RUNS} of them at once ${wall} ms.`,
  ];
}
