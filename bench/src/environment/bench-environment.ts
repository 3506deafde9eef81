import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSandbox } from "../../../server/src/sandbox/plug-ins.ts";
import { prepareRuntime } from "../../../server/src/sandbox/prepare-runtime.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { runBareBubblewrap, runBareSpawn } from "../sandbox/floors.ts";
import { createBenchSandbox } from "../support/create-bench-sandbox.ts";
import { type Creation, measureCreation, openBenchLayers, systems } from "./measure-creation.ts";
import { measureProject } from "./measure-project.ts";
import { describeProject, listProject } from "./project-figures.ts";
import { runNext } from "./run-next.ts";

const RUNS = 200;
const FIRST_RUNS = 25;
const WARM_UP_RUNS = 5;
/** An image costs at most a fifth more than the programs of this machine. */
const creationGoal = { bound: "at most", factor: 1.2 } as const;
const goal = { bound: "at most", plus: 10 } as const;

/**
 * Measures the time to start programs in a sandbox of the default kind: the first one, which starts the sandbox, and
 * the next ones. The floor is a bare spawn. A new bubblewrap process for each program, as a comparison, is in the notes.
 * Also measures the creation of a sandbox with an image, whose floor is a sandbox with the programs of this machine.
 * Also measures builds of a project, and how soon a harness starts in its sessions.
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
  const options = { dataDir, nodeBinary, uidBase: 700_000, rootUidBase: 1_600_000_000, log };
  const provider = defaultSandbox.create(options);

  const first: number[] = [];
  for (let index = 0; index < FIRST_RUNS; index += 1) {
    const sandbox = await createBenchSandbox(provider, index);
    first.push((await runNext(sandbox)).exitMs);
    await sandbox.stop();
  }
  print(`${FIRST_RUNS} first programs`);

  const { layers, digest } = await openBenchLayers(options);
  cleanup.defer(() => layers.close());
  const creations: [string, Creation][] = [];
  for (const name of ["bubblewrap", "runsc"]) {
    const creation = await measureCreation(name, { ...options, layers }, digest);
    if (creation !== null) creations.push([name, creation]);
    print(creation === null ? `${name} runs no images on this machine` : `created sandboxes with ${name}`);
  }

  const sandbox = await createBenchSandbox(provider, FIRST_RUNS);
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
  const project = await measureProject(print);
  const measurements = { first, exit, byte, spawn, bubblewrap };
  const figures = [
    ...listProject(project),
    ...listFigures(measurements),
    ...creations.flatMap(([name, times]) => listCreation(name, times)),
  ];
  const created = creations.flatMap(([name, times]) =>
    systems.map((system) => [`${name} ${system}`, times[system]] as const),
  );
  const all = { ...measurements, ...project.measurements, ...Object.fromEntries(created) };
  return { figures, notes: [...describeProject(project), describeBubblewrap(bubblewrap)], measurements: all };
}

interface Measurements {
  readonly first: readonly number[];
  readonly exit: readonly number[];
  readonly byte: readonly number[];
  readonly spawn: readonly number[];
}

function listFigures({ first, exit, byte, spawn }: Measurements): Figure[] {
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
    { ...figure("next program -> exit, median", median(exit), median(spawn)), goal },
    figure("next program -> exit, p99", p99(exit), p99(spawn)),
    figure("next program -> first byte, median", median(byte), median(spawn)),
    figure("next program -> first byte, p99", p99(byte), p99(spawn)),
  ];
}

/** The floor is the same sandbox with the programs of this machine. */
function listCreation(name: string, { host, user, root }: Creation): Figure[] {
  const figure = (profile: string, times: readonly number[]): Figure => ({
    name: `create a sandbox with an image (${name}, profile ${profile}) -> exit of the first program, median`,
    unit: "ms",
    product: median(times),
    floor: median(host),
    goal: name === "bubblewrap" ? creationGoal : null,
    runs: times.length,
  });
  return [figure("user", user), figure("root", root)];
}

function describeBubblewrap(sample: readonly number[]): string {
  const [middle, slow] = [median(sample).toFixed(1), quantile(sample, 0.99).toFixed(1)];
  return `The floor is a bare spawn of a program that exits. A new bubblewrap for each program takes ${middle} ms (p99 ${slow} ms).`;
}
