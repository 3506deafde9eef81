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

/** `write-all`, `read-all` or the rights of each scope. */
type Permissions = string | Readonly<Record<string, string>>;

interface Job {
  readonly permissions?: Permissions;
  readonly container?: unknown;
  readonly needs?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Actions that run no program of the repository and of its dependencies. */
const actionsWithRights = ["actions/download-artifact", "actions/attest-build-provenance"];

/** The image of the jobs that test. In a job with rights, only its npm runs. */
const nodeImage = "node:24-trixie";

/** Returns the jobs that have a right to write and run more than a few known programs. */
function unsafeJobs(text: string): string[] {
  const { permissions = "write-all", jobs } = parse(text) as Workflow;
  const isUnsafe = (job: Job) => {
    const granted = job.permissions ?? permissions;
    const canWrite =
      typeof granted === "string" ? granted !== "read-all" : Object.values(granted).includes("write");
    const hasKnownImage = job.container === undefined || job.container === nodeImage;
    return canWrite && !(hasKnownImage && job.steps.every(isKnown));
  };
  return Object.entries(jobs)
    .filter(([, job]) => isUnsafe(job))
    .map(([name]) => name);
}

const knownPrograms = [
  'cp "$BUNDLE"',
  "docker (?:login|buildx imagetools)",
  "echo",
  "gh release (?:create|upload)",
  // It publishes a packed file, and runs no script of a package.
  "npm publish \\./packages/\\S+\\.tgz(?=.* --ignore-scripts)",
  "sha256sum",
  "skopeo copy",
].map((program) => new RegExp(`^${program.replaceAll("$", "\\$")} `));

/** Accepts steps of one command, whose output can be that of another one. */
function isKnown({ uses, run = "" }: Step): boolean {
  if (uses !== undefined) return actionsWithRights.some((name) => uses.startsWith(`${name}@`));
  const command = run.trim().replace(/^cd packages && /, "");
  const inner = /^echo "\w+=\$\((.*)\)" >>"\$GITHUB_OUTPUT"$/.exec(command)?.[1] ?? command;
  return knownPrograms.some((program) => program.test(inner)) && !/[\n;&|`]|[$<>]\(/.test(inner);
}

test("a job of a workflow that may write runs neither npm's scripts nor a program of the repository", () => {
  for (const name of readdirSync(folder)) assert.deepEqual(unsafeJobs(read(name)), [], name);
  const release = read("release.yml");
  const withNpm = release.replace("run: cd packages &&", "run: npm ci && cd packages &&");
  assert.deepEqual(unsafeJobs(withNpm), ["draft"], "control");
  const withRights = release.replace(/^( {2}packages:\n)/m, "$1    permissions:\n      contents: write\n");
  assert.deepEqual(unsafeJobs(withRights), ["packages"], "control");
  const withDefault = release.replace("permissions:\n  contents: read\n", "");
  assert.deepEqual(unsafeJobs(withDefault), ["packages"], "control: the default may write");
  const withAll = release.replace(/^( {2}packages:\n)/m, "$1    permissions: write-all\n");
  assert.deepEqual(unsafeJobs(withAll), ["packages"], "control: the short form for all rights");
  const publish = read("publish.yml");
  const withScripts = publish.replace(" --ignore-scripts", "");
  assert.deepEqual(unsafeJobs(withScripts), ["npm"], "control: npm could run scripts");
  const nested = publish.replace("$(docker buildx imagetools", "$(npm exec");
  assert.deepEqual(unsafeJobs(nested), ["push"], "control: the output of another program");
});

test("no shell of a workflow contains a value that others can choose", () => {
  const insecure = (text: string) =>
    Object.values((parse(text) as Workflow).jobs)
      .flatMap(({ steps }) => steps.map(({ run = "" }) => run))
      .filter((run) => /\$\{\{(?!\s*matrix\.)/.test(run));
  for (const name of readdirSync(folder)) assert.deepEqual(insecure(read(name)), [], name);
  const inserted = read("release.yml").replace('cp "$BUNDLE"', "echo ${{ github.ref_name }} && cp");
  assert.equal(insecure(inserted).length, 1, "control");
});

test("publishes the files of the release after it verified their signature and hashes", () => {
  const { jobs } = parse(read("publish.yml")) as Workflow;
  const runs = (job: string) => jobs[job]!.steps.flatMap(({ run }) => run ?? []);
  const [download, signature, hashes] = runs("files");
  assert.match(download!, /^gh release download /);
  assert.match(
    signature!,
    /^gh attestation verify packages\/SHA256SUMS --bundle packages\/SHA256SUMS\.sigstore/,
  );
  assert.match(
    signature!,
    /\/release\.yml" --source-ref "refs\/tags\/\$GITHUB_REF_NAME" --source-digest "\$GITHUB_SHA"$/,
  );
  assert.match(hashes!, /sha256sum --check --strict SHA256SUMS$/);
  for (const job of ["npm", "image"]) assert.equal(jobs[job]!.needs, "files");
  assert.match(runs("npm").at(-1)!, /--provenance --access public/);
  assert.match(runs("image").join("\n"), /--sbom=true --provenance=mode=max/);
  // The draft contains the signature under the name that this workflow and the guide use.
  const draft = (parse(read("release.yml")) as Workflow).jobs.draft!.steps.flatMap(({ run }) => run ?? []);
  assert.match(draft.join("\n"), /cp "\$BUNDLE" packages\/SHA256SUMS\.sigstore\.json\ngh release create/);
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
