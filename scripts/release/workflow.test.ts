import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "../../.github/workflows");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly container?: unknown;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Actions that run no program of the repository and of its dependencies. */
const actionsWithRights = ["actions/download-artifact", "actions/attest-build-provenance"];

/** Returns the jobs that have a right to write and run more than a few known programs. */
function unsafeJobs(text: string): string[] {
  const { permissions = { all: "write" }, jobs } = parse(text) as Workflow;
  const isUnsafe = (job: Job) => {
    const canWrite = Object.values(job.permissions ?? permissions).includes("write");
    return canWrite && (job.container !== undefined || job.steps.some((step) => !isKnown(step)));
  };
  return Object.entries(jobs)
    .filter(([, job]) => isUnsafe(job))
    .map(([name]) => name);
}

function isKnown({ uses, run = "" }: Step): boolean {
  if (uses !== undefined) return actionsWithRights.some((name) => uses.startsWith(`${name}@`));
  return /^(?:cd packages && sha256sum|gh release create) [^\n;&|]*$/.test(run);
}

test("a job of a workflow that may write runs neither npm nor a program of the repository", () => {
  for (const name of readdirSync(folder)) assert.deepEqual(unsafeJobs(read(name)), [], name);
  const release = read("release.yml");
  const withNpm = release.replace("run: cd packages &&", "run: npm ci && cd packages &&");
  assert.deepEqual(unsafeJobs(withNpm), ["draft"], "control");
  const withRights = release.replace(/^( {2}packages:\n)/m, "$1    permissions:\n      contents: write\n");
  assert.deepEqual(unsafeJobs(withRights), ["packages"], "control");
  const withDefault = release.replace("permissions:\n  contents: read\n", "");
  assert.deepEqual(unsafeJobs(withDefault), ["packages"], "control: the default may write");
});

test("the release contains the files that were tested, and leaves no token to them", () => {
  const { jobs } = parse(read("release.yml")) as Workflow;
  const { steps } = jobs.packages!;
  assert.equal(steps[0]!.with!["persist-credentials"], false);
  const commands = steps.flatMap(({ run }) => run ?? []);
  const packs = commands.indexOf("npm run release:pack -- packages");
  const tests = commands.indexOf('TEMBO_RELEASE_FOLDER="$PWD/packages" npm run test:install');
  assert.ok(packs >= 0 && tests > packs);
  assert.equal(commands.length, tests + 1, "nothing runs between the tests and the upload");
  assert.equal(steps.at(-1)!.with!.path, "packages");
  const [download, check] = jobs.draft!.steps;
  assert.deepEqual(download!.with, { name: steps.at(-1)!.with!.name, path: "packages" });
  assert.match(check!.run!, /sha256sum --check/);
});
