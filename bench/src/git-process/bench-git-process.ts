import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configureHostGit, startProgram, stopHostGit } from "../../../server/src/host-git/host-git.ts";
import type { HostProgram } from "../../../server/src/host-git/runner.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";

const RUNS = 100;
const WARM_UP_RUNS = 5;
/** Memory to allocate, so that this process has the typical memory size of a server. */
const BALLAST_BYTES = 150 * 1024 ** 2;
const env = { PATH: "/usr/bin:/bin", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };

type Started = Pick<HostProgram, "stdout" | "stderr" | "exited">;

/** Measures one small git command that is started by the runner (confined and unconfined), directly by this process, and in bubblewrap. */
export async function benchGitProcess(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "tembo-bench-git-"));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const repository = join(folder, "app.git");
  execFileSync("git", ["init", "--quiet", "--bare", repository]);
  const ballast = Buffer.alloc(BALLAST_BYTES, 1);
  const isRoot = process.getuid?.() === 0;
  const launch = {
    argv: ["git", "-c", "safe.directory=*", "--git-dir", repository, "for-each-ref"],
    env,
    hasStdin: false,
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes: 4 * 1024 ** 3,
    maxFileBytes: 16 * 1024 ** 3,
    folders: { read: [], write: [repository], owned: [repository] },
  };
  const bubblewrap = [
    ...["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr"],
    ...["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    ...["--dev", "/dev", "--bind", repository, repository, "--"],
  ];
  const user = isRoot ? { uid: 750_000, gid: 750_000 } : null;
  const kinds: Record<string, () => Started> = {
    runner: () => startProgram({ ...launch, as: null }),
    spawn: () => fork(launch.argv, null),
    "bubblewrap for each": () => fork([...bubblewrap, ...launch.argv], user),
  };
  cleanup.defer(() => stopHostGit());
  const measurements: Record<string, number[]> = {};
  for (const isConfined of [false, true]) {
    await configureHostGit({ user, isConfined });
    const label = isConfined ? "confined" : "plain";
    for (const [kind, start] of Object.entries(kinds)) {
      if (kind !== "runner" && isConfined) continue;
      const name = kind === "runner" ? `runner, ${label}` : kind;
      for (let index = 0; index < WARM_UP_RUNS; index += 1) await measure(start);
      const runs = [];
      for (let index = 0; index < RUNS; index += 1) runs.push(await measure(start));
      measurements[`${name}: until its end`] = runs.map(({ wallMs }) => wallMs);
      measurements[`${name}: of the event loop`] = runs.map(({ startMs }) => startMs);
      print(`${name}: ${RUNS} runs`);
    }
  }
  const note = `The process that starts them uses ${Math.round(process.memoryUsage().rss / 1024 ** 2)} MB (${ballast.length} bytes of ballast).`;
  return { figures: figuresOf(measurements), notes: [note], measurements };
}

/** Starts a command as a child of this process, without the git runner. */
function fork([program, ...args]: readonly string[], user: { uid: number; gid: number } | null): Started {
  const child = spawn(program!, args, { cwd: "/", env, stdio: ["ignore", "pipe", "pipe"], ...user });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exited: once(child, "close").then(([code]) => code as number | null),
  };
}

/** Returns the time for which starting the program blocks the event loop, and the command's total time. */
async function measure(start: () => Started): Promise<{ startMs: number; wallMs: number }> {
  const startedAt = performance.now();
  const program = start();
  const startMs = performance.now() - startedAt;
  program.stdout.resume();
  program.stderr.resume();
  const code = await program.exited;
  if (code !== 0) throw new Error(`git exited with ${code}`);
  return { startMs, wallMs: performance.now() - startedAt };
}

/** Returns the figures. The floor of each figure is a direct spawn by the large process. */
function figuresOf(measurements: Readonly<Record<string, readonly number[]>>): Figure[] {
  return Object.entries(measurements)
    .filter(([name]) => !name.startsWith("spawn"))
    .map(([name, values]) => ({
      name,
      unit: "ms",
      product: median(values),
      floor: median(measurements[`spawn: ${name.split(": ")[1]}`]!),
      goal: null,
      runs: values.length,
    }));
}
