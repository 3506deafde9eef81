import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../../server/src/core/turns/index.ts";
import { type DeferredLayers, deferLayers } from "../../../server/src/layers/defer-layers.ts";
import type { SandboxOptions } from "../../../server/src/sandbox/plug-in.ts";
import { sandboxPlugIns } from "../../../server/src/sandbox/plug-ins.ts";
import { prepareRuntime } from "../../../server/src/sandbox/prepare-runtime.ts";
import { packImage } from "../../../server/src/sandbox/testing/pack-image.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { runBareBubblewrap, runBareSpawn } from "../sandbox/floors.ts";
import { createBenchSandbox } from "../support/create-bench-sandbox.ts";

const RUNS = 200;
const FIRST_RUNS = 25;
const WARM_UP_RUNS = 5;
/** An image costs at most a fifth more than the programs of this machine, which are the floor. */
const creationGoal = { bound: "at most", factor: 1.2 } as const;
const goal = { bound: "at most", plus: 10 } as const;

/**
 * Measures the time to start programs in a sandbox of the default kind: the first one, which starts the sandbox, and
 * the next ones. The floor is a bare spawn. A new bubblewrap process for each program, as a comparison, is in the notes.
 */
export async function benchEnvironment(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-bench-environment-"));
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Sandboxes run as other users.
  await chmod(dataDir, 0o711);
  const log = {
    info() {},
    warn: () => print("a guard is not active on this machine; run tembo doctor"),
    error() {},
  };
  const nodeBinary = await prepareRuntime(dataDir);
  const layers = deferLayers({ dataDir, uidBase: 700_000, maxBytes: 1024 ** 4, log });
  cleanup.defer(() => layers.close());
  const { provider, first, create } = await measureCreation(
    { dataDir, nodeBinary, uidBase: 700_000, log, layers },
    print,
  );
  const sandbox = await createBenchSandbox(provider, 0);
  cleanup.defer(() => sandbox.stop());
  const exit: number[] = [];
  const byte: number[] = [];
  const spawn: number[] = [];
  const bubblewrap: number[] = [];
  // Alternates between the variants, so that other load on the machine affects all of them equally.
  for (let index = -WARM_UP_RUNS; index < RUNS; index += 1) {
    const next = await runNext(sandbox);
    const [bareMs, bubblewrapMs] = [await runBareSpawn(), await runBareBubblewrap()];
    if (index < 0) continue;
    exit.push(next.exitMs);
    byte.push(next.firstByteMs);
    spawn.push(bareMs);
    bubblewrap.push(bubblewrapMs);
    if ((index + 1) % 50 === 0) print(`${index + 1} of ${RUNS} next programs`);
  }
  const measurements = { first, ...create, exit, byte, spawn, bubblewrap };
  return { figures: listFigures(measurements), notes: [describeBubblewrap(bubblewrap)], measurements };
}

/** Systems of a sandbox that are compared: the programs of this machine, and an image. */
const systems = ["host", "user"] as const;
type System = (typeof systems)[number];

/**
 * Measures from the creation of a sandbox to the exit of its first program, with each system in turn. Returns the times, and those of the first
 * program alone with the programs of this machine.
 */
async function measureCreation(
  options: SandboxOptions & { readonly layers: DeferredLayers },
  print: (line: string) => void,
) {
  const source = { kind: "archive", archive: packImage(options.dataDir) } as const;
  const { digest } = await (await options.layers.open()).add(source, AbortSignal.timeout(120_000));
  const provider = sandboxPlugIns[0]!.create(options);
  const first: number[] = [];
  const create: Record<System, number[]> = { host: [], user: [] };
  let number = 0;
  for (let round = -1; round < FIRST_RUNS; round += 1)
    for (const name of systems) {
      const system = name === "host" ? null : ({ layers: [digest], profile: name, env: {} } as const);
      const startedAt = performance.now();
      const sandbox = await createBenchSandbox(provider, ++number, [], system);
      const { exitMs } = await runNext(sandbox);
      const createMs = performance.now() - startedAt;
      await sandbox.stop();
      if (round < 0) continue;
      create[name].push(createMs);
      if (name === "host") first.push(exitMs);
    }
  print(`${FIRST_RUNS} first programs of each system`);
  return { provider, first, create };
}

/** Runs a program that prints one line. Returns the milliseconds until its first byte and until its exit. */
async function runNext(sandbox: Sandbox): Promise<{ firstByteMs: number; exitMs: number }> {
  const startedAt = performance.now();
  const program = sandbox.spawn({ argv: ["/bin/echo"], cwd: "/", env: {} }, new AbortController().signal);
  program.stdin.end();
  program.stderr.resume();
  let firstByteMs = 0;
  program.stdout.once("data", () => {
    firstByteMs = performance.now() - startedAt;
  });
  const ended = new Promise((resolve) => program.stdout.once("end", resolve));
  const { code } = await program.exited;
  const exitMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`echo exited with ${code} in a sandbox`);
  await ended;
  return { firstByteMs, exitMs };
}

interface Measurements {
  readonly first: readonly number[];
  readonly host: readonly number[];
  readonly user: readonly number[];
  readonly exit: readonly number[];
  readonly byte: readonly number[];
  readonly spawn: readonly number[];
}

function listFigures({ first, host, user, exit, byte, spawn }: Measurements): Figure[] {
  const p99 = (values: readonly number[]) => quantile(values, 0.99);
  const figure = (name: string, product: number, floor: number, runs = RUNS): Figure => ({
    name,
    unit: "ms",
    product,
    floor,
    goal: null,
    runs,
  });
  return [
    figure("first program of a sandbox -> exit, median", median(first), median(spawn), FIRST_RUNS),
    figure(
      "create a sandbox -> exit of the first program, programs of this machine, median",
      median(host),
      median(spawn),
      FIRST_RUNS,
    ),
    {
      ...figure(
        "create a sandbox -> exit of the first program, image and profile user, median",
        median(user),
        median(host),
        FIRST_RUNS,
      ),
      goal: creationGoal,
    },
    { ...figure("next program -> exit, median", median(exit), median(spawn)), goal },
    figure("next program -> exit, p99", p99(exit), p99(spawn)),
    figure("next program -> first byte, median", median(byte), median(spawn)),
    figure("next program -> first byte, p99", p99(byte), p99(spawn)),
  ];
}

function describeBubblewrap(sample: readonly number[]): string {
  const [middle, slow] = [median(sample).toFixed(1), quantile(sample, 0.99).toFixed(1)];
  return `The floor is a bare spawn of a program that exits. A new bubblewrap for each program takes ${middle} ms (p99 ${slow} ms).`;
}
