import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { legacySession, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";
import { at, changesOf, id, known, list, project, repositoryId, run, snapshotId } from "./project-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tembo-project-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("lists projects with their environment and source, and shows one by name with names of repositories", async () => {
  await using api = await startFakeApi(known);
  assert.equal(
    (await run(api, ["list", "--search", "We"])).stdout,
    `p0\t${at}\t1\tDockerfile acme/web:Dockerfile\tWebsite\n${id}\t${at}\t1\tDockerfile acme/web:Dockerfile\tWeb\n`,
  );
  assert.equal(api.asked[0]!.line, "GET /v1/projects?search=We&limit=100");
  const shown = (await run(api, ["show", "web"])).stdout;
  assert.match(shown, /^environment: +built 2026-01-01T/m);
  assert.match(shown, /^repositories: +acme\/web \(dev\)$/m);
  assert.match(shown, /^sizes: +micro,medium$/m);
  assert.match(shown, /^services: +db$/m);
  assert.match(shown, /\nSetup script\nnpm ci\n$/);
  assert.deepEqual(JSON.parse((await run(api, ["show", id, "--json"])).stdout), project);
});

test("shows names instead of values on a terminal, and suggests a build", async () => {
  await using api = await startFakeApi({
    ...known,
    [`GET /v1/projects/${id}`]: { ...project, activeSnapshots: [] },
  });
  const { stdout } = await run(api, ["show", id], { isOnTerminal: true });
  assert.match(stdout, /Micro, Medium/);
  assert.match(stdout, /not built/);
  assert.match(stdout, /tembo project build Web --follow/);
});

test("reports an unknown project with the next step", async () => {
  await using api = await startFakeApi(known);
  const ran = await run(api, ["delete", "Websites"]);
  assert.equal(ran.status, exitCodes.notFound.code);
  assert.match(ran.stderr, /Project "Websites" was not found[\s\S]*Next: "tembo project list"/);
  assert.deepEqual(changesOf(api), []);
});

test("creates a project from every option", async () => {
  await using api = await startFakeApi({
    ...known,
    "POST /v1/projects": { project, jobIds: ["b1"] },
  });
  const made = await run(api, [
    ...["create", "Web", "--description", "The shop", "--icon", "globe", "--color", "teal"],
    ...["--size", "medium", "--size", "large", "--repo", "acme/web", "--base-branch", "acme/web=a=b"],
    ...["--dockerfile", "acme/web:docker/Dockerfile", "--target", "dev", "--build-arg", "A=b=c"],
    ...["--registry", "ghcr.io", "--registry-secret", "LOGIN"],
    ...["--setup-script", file("setup.sh", "npm ci\n"), "--start-script", file("start.sh", "redis\n")],
    ...["--instructions", file("agents.md", "Use pnpm.\n")],
    ...["--service", "db:5432=postgres -D data", "--service", "web=npm run dev"],
    ...["--user", "root", "--containers", "--no-dependencies", "--no-skills", "--refresh"],
    ...[
      "--default-for-repositories",
      "--runs-on",
      "gpu",
      "--build",
      "--schedule",
      "0 3 * * *",
      "--time-zone",
      "Europe/Berlin",
    ],
  ]);
  assert.deepEqual([made.status, made.stdout], [0, `${id}\n`], made.stderr);
  assert.deepEqual(changesOf(api), [
    [
      "POST /v1/projects",
      {
        name: "Web",
        description: "The shop",
        icon: "globe",
        color: "teal",
        sizes: ["medium", "large"],
        codeRepositoryIds: [repositoryId],
        baseBranches: { [repositoryId]: "a=b" },
        source: {
          kind: "dockerfile",
          repositoryId,
          path: "docker/Dockerfile",
          target: "dev",
          args: { A: "b=c" },
          registry: "ghcr.io",
          registrySecret: "LOGIN",
        },
        setupScript: "npm ci\n",
        startScript: "redis\n",
        agentInstructions: "Use pnpm.\n",
        services: [
          { name: "db", command: "postgres -D data", ready: { tcp: 5432 } },
          { name: "web", command: "npm run dev", ready: null },
        ],
        user: "root",
        containers: true,
        includeDeps: false,
        includeSkills: false,
        refresh: true,
        isDefaultForRepositories: true,
        runsOn: ["gpu"],
        runNow: true,
        schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" },
      },
    ],
  ]);
});

test("creates a project with all sizes by default, and updates only the given fields", async () => {
  await using api = await startFakeApi({
    ...known,
    "POST /v1/projects": { project, jobIds: [] },
    [`PATCH /v1/projects/${id}`]: project,
  });
  assert.equal((await run(api, ["create", "Web", "--image", "debian:13"])).status, 0);
  const removing = [
    ...["update", "web", "--name", "Shop", "--description", "", "--repo", "none", "--base-branch", "none"],
    ...["--service", "none", "--setup-script", file("empty.sh", ""), "--machine", "--warm"],
    ...["--no-default-for-repositories", "--runs-on", "any"],
  ];
  assert.equal((await run(api, removing)).stdout, "Updated project Web.\n");
  const services = [{ name: "db", command: "postgres", ready: { command: "pg_isready" }, user: "root" }];
  const fromFile = ["update", id, "--services-file", file("services.json", JSON.stringify(services))];
  assert.equal((await run(api, [...fromFile, "--devcontainer", "acme/web"])).status, 0);
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [
      {
        name: "Web",
        sizes: ["nano", "micro", "medium", "large", "xl"],
        source: { kind: "image", reference: "debian:13" },
      },
      {
        name: "Shop",
        description: null,
        codeRepositoryIds: [],
        baseBranches: {},
        services: [],
        setupScript: null,
        source: { kind: "machine" },
        warmPoolEnabled: true,
        isDefaultForRepositories: false,
        runsOn: [],
      },
      { services, source: { kind: "devcontainer", repositoryId } },
    ],
  );
});

test("rejects options that contradict each other or are incomplete, before any change", async () => {
  await using api = await startFakeApi(known);
  for (const [args, message] of [
    [["--image", "a", "--machine"], /More than one source/],
    [["--target", "dev"], /--target has no effect without --dockerfile/],
    [["--build-arg", "A=b", "--image", "a"], /--build-arg has no effect without --dockerfile/],
    [["--registry-secret", "R"], /--registry-secret has no effect without --image, --dockerfile or/],
    [["--registry", "r", "--image", "a"], /--registry has no effect without --dockerfile or/],
    [
      ["--registry-secret", "R", "--devcontainer", "acme/web"],
      /--registry-secret has no effect without --registry\b/,
    ],
    [["--registry", "r", "--devcontainer", "acme/web"], /--registry has no effect without --registry-secret/],
    [["--dockerfile", "acme/web"], /names no file[\s\S]*OWNER\/NAME:PATH/],
    [["--dockerfile", "acme/web:D", "--build-arg", "A"], /build argument "A" does not have the form/],
    [["--base-branch", "acme/web"], /names no branch/],
    [["--repo", "acme/none"], /Repository "acme\/none" was not found/],
    [["--service", "db"], /"db" is not a service/],
    [["--service", "db=x", "--services-file", "f"], /specified twice/],
    [["--services-file", "/nonexistent"], /Could not read the services: ENOENT.*\nNext: check the path/],
    [
      ["--services-file", file("large.json", `[${" ".repeat(1_600_000)}]`)],
      /the services: .* is larger than .*\nNext: use a smaller file/,
    ],
    [["--services-file", file("object.json", "{}")], /does not contain a JSON list/],
    [["--setup-script", "/nonexistent"], /Could not read the script: ENOENT.*\nNext: check the path/],
    [["--setup-script", file("large.sh", "x".repeat(80_001))], /is larger than .*\nNext: use a smaller file/],
    [["--time-zone", "UTC"], /--time-zone has no effect without --schedule/],
    [["--size", "huge"], /Allowed choices are/],
    [["--icon", "cat"], /Allowed choices are/],
  ] as const) {
    const ran = await run(api, ["create", "Web", ...args]);
    assert.notEqual(ran.status, 0);
    assert.match(ran.stderr, message);
  }
  assert.match((await run(api, ["update", "web"])).stderr, /No change was specified/);
  assert.deepEqual(changesOf(api), []);
});

test("reads a variable's value from standard input or a file, and never prints it", async () => {
  const variables = `/v1/projects/${id}/environment-variables`;
  await using api = await startFakeApi({
    ...known,
    [`POST ${variables}`]: list({ key: "TOKEN", scope: "buildAndRun" }),
    [`GET ${variables}`]: list({ key: "TOKEN", scope: "buildAndRun" }),
    [`DELETE ${variables}/TOKEN`]: { key: "TOKEN", deleted: true },
  });
  const set = await run(api, ["variable", "set", "web", "TOKEN", "--scope", "buildAndRun"], {
    input: "very-hidden\n",
  });
  assert.deepEqual(set, {
    status: 0,
    signal: null,
    stdout: "Saved TOKEN. Builds and sessions receive it.\n",
    stderr: "",
  });
  assert.equal(
    (await run(api, ["variable", "set", id, "TOKEN", "--from-file", file("t", "other\n")])).status,
    0,
  );
  assert.equal((await run(api, ["variable", "set", "web", "TOKEN", "very-hidden"])).status, 2);
  assert.equal((await run(api, ["variable", "list", id])).stdout, "TOKEN\tbuildAndRun\n");
  assert.equal((await run(api, ["variable", "unset", id, "TOKEN"])).stdout, "Deleted variable TOKEN.\n");
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [
      { secrets: [{ key: "TOKEN", value: "very-hidden", scope: "buildAndRun" }] },
      { secrets: [{ key: "TOKEN", value: "other" }] },
      "",
    ],
  );
});

test("adds, changes, disables and enables a schedule", async () => {
  const schedules = `/v1/projects/${id}/schedules`;
  const schedule = {
    id: "c1",
    cron: "0 3 * * *",
    timezone: null,
    enabledAt: at,
    lastRunAt: null,
    nextRunAt: at,
  };
  await using api = await startFakeApi({
    ...known,
    [`GET ${schedules}`]: list(schedule),
    [`POST ${schedules}`]: schedule,
    [`PATCH ${schedules}/c1`]: { ...schedule, nextRunAt: null },
    [`DELETE ${schedules}/c1`]: { id: "c1", deleted: true },
  });
  const stdoutOf = async (...args: string[]) => (await run(api, ["schedule", ...args])).stdout;
  assert.equal(await stdoutOf("list", "web"), `c1\tenabled\t${at}\tnever\tUTC\t0 3 * * *\n`);
  assert.equal(
    await stdoutOf("add", id, "0 3 * * *", "--time-zone", "Europe/Berlin"),
    `Added schedule c1. Next build: ${at}.\n`,
  );
  assert.match(await stdoutOf("set", id, "c1", "--time-zone", "UTC"), /^Changed schedule c1\. No next build/);
  assert.match((await run(api, ["schedule", "set", id, "c1"])).stderr, /No change was specified/);
  assert.match(await stdoutOf("enable", id, "c1"), /^Enabled schedule c1\./);
  assert.equal(await stdoutOf("disable", id, "c1"), "Disabled schedule c1.\n");
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [{ cron: "0 3 * * *", timezone: "Europe/Berlin" }, { timezone: null }, { enabled: true }, ""],
  );
});

test("finds an environment by name to pin, rename or delete it", async () => {
  const snapshots = `/v1/projects/${id}/snapshots`;
  const snapshot = {
    ...{ id: snapshotId, name: "stable", isActive: true, pinnedAt: null, builtAt: at },
    ...{ sizeBytes: "2048", trigger: "manual" },
  };
  const twice = { ...snapshot, name: "twice" };
  await using api = await startFakeApi({
    ...known,
    [`GET ${snapshots}`]: list(snapshot, twice, { ...twice, id: "e3" }),
    [`PATCH ${snapshots}/${snapshotId}`]: snapshot,
    [`DELETE ${snapshots}/${snapshotId}`]: { id: snapshotId, deleted: true, cleanupJobCount: 0 },
  });
  const stdoutOf = async (...args: string[]) => (await run(api, args)).stdout;
  assert.match(
    await stdoutOf("snapshots", "web"),
    new RegExp(`^${snapshotId}\tactive\t-\t${at}\t2048\tmanual\tstable\n`),
  );
  assert.equal(await stdoutOf("snapshot", "pin", "web", "stable"), "Pinned environment stable.\n");
  assert.match(await stdoutOf("snapshot", "unpin", id, snapshotId), /^Unpinned environment/);
  assert.match(
    await stdoutOf("snapshot", "rename", id, "stable", "old"),
    /^Renamed environment stable to old/,
  );
  assert.match(await stdoutOf("snapshot", "rename", id, "stable", ""), /^Removed the name/);
  assert.equal(await stdoutOf("snapshot", "delete", id, "stable"), "Deleted environment stable.\n");
  assert.match(
    (await run(api, ["snapshot", "delete", id, "twice"])).stderr,
    /2 environments are named "twice"[\s\S]*use one of these IDs: .*e3/,
  );
  assert.match((await run(api, ["snapshot", "pin", id, "gone"])).stderr, /Environment "gone" was not found/);
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [{ pinned: true }, { pinned: false }, { name: "old" }, { name: null }, ""],
  );
});

test("lists and sets the default project for a size", async () => {
  await using api = await startFakeApi({
    ...known,
    "PUT /v1/projects/defaults": { projectId: id, sandboxSize: "medium" },
  });
  assert.equal((await run(api, ["defaults"])).stdout, `p0\tmedium\tWebsite\n${id}\tmedium\tWeb\n`);
  assert.match(api.asked[0]!.line, /defaultOnly=true/);
  assert.match((await run(api, ["defaults", "--size", "medium"])).stderr, /belong together/);
  const set = await run(api, ["defaults", "--size", "medium", "--project", "web"]);
  assert.equal(set.stdout, "The default size is medium, with the project Web.\n");
  assert.match(
    (await run(api, ["defaults", "--size", "nano", "--project", "none"])).stdout,
    /^The default size is nano, without a default project/,
  );
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [
      { projectId: id, sandboxSize: "medium" },
      { projectId: null, sandboxSize: "nano" },
    ],
  );
});

test("session create sends the project by name, and null for none", async () => {
  await using api = await startFakeApi({ ...known, "POST /session/create": legacySession });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  for (const name of ["web", "none"])
    assert.equal((await runCommand(["session", "create", "x", "--project", name], { env })).status, 0);
  await runCommand(["session", "create", "x"], { env });
  assert.deepEqual(
    changesOf(api).map(([, body]) => body),
    [{ prompt: "x", projectId: id }, { prompt: "x", projectId: null }, { prompt: "x" }],
  );
});
