import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { ageBuilds, damageLayers, pushAndWait } from "../stories/projects/run-build.ts";
import { eventually } from "../support/api-edge.ts";
import { API_KEY, ofType, pushFiles } from "../support/index.ts";
import { skip } from "./debian-image.ts";
import { describeTime, type Environments, openEnvironments } from "./open-environments.ts";

/** Writes a wheel to standard output. Its only module has the version. */
const writeWheel = `
import io, sys, zipfile
version = sys.argv[1]
info = f"greeting-{version}.dist-info"
files = {
    "greeting.py": f"version = '{version}'\\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: greeting\\nVersion: {version}\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: story\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
files[f"{info}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"])
wheel = io.BytesIO()
with zipfile.ZipFile(wheel, "w") as archive:
    for name, text in files.items():
        archive.writestr(name, text)
sys.stdout.buffer.write(wheel.getvalue())
`;

/** Files of a project that depends on this version of a package, whose wheel is in the repository. */
const pipProject = (version: string) => ({
  ".gitignore": ".venv/\n",
  "requirements.txt": `--no-index\n--find-links wheels\ngreeting==${version}\n`,
  [`wheels/greeting-${version}-py3-none-any.whl`]: execFileSync("python3", ["-c", writeWheel, version]),
});

const printVersion = ".venv/bin/python -c 'import greeting; print(greeting.version)'";

describe("a pip project on an image", { skip }, () => {
  let environments: Environments;
  before(async () => {
    environments = await openEnvironments();
  });
  after(() => environments?.close());

  test("installs a changed lockfile, keeps the environment after a failed build, and replaces a damaged one", async (t) => {
    const { edge, projectOf, build, ended, session } = environments;
    const { repository, project } = await projectOf("greeting", pipProject("1.0.0"), {
      user: "root",
      refresh: true,
      setupScript: "cd greeting && .venv/bin/python -c 'import greeting' && echo marked > /etc/marked",
    });
    const body = { codeRepoIds: [repository.id], projectId: project.id };
    const first = await build(project.id);
    t.diagnostic(`cold: ${first.summary}`);
    const unchanged = await session(`${printVersion}; cat /etc/marked`, body);
    assert.match(unchanged.output, /1\.0\.0\\nmarked/);
    assert.deepEqual(aboutLockfile(unchanged.events), []);

    // The push itself requests no build, because one was requested less than 30 minutes ago.
    await pushAndWait(edge, repository.url, "main", pipProject("2.0.0"));
    await ageBuilds(edge);
    const changed = await session(printVersion, body);
    assert.match(changed.output, /2\.0\.0/);
    assert.equal(aboutLockfile(changed.events).length, 1);
    const [requested] = await buildsOf(project.id);
    assert.equal(requested?.trigger, "scheduled");
    const second = await ended(project.id, requested.id);
    assert.equal(second.status, "completed", `${second.failure}\n${second.log}`);
    assert.match(second.log, /The image is on this machine/);
    assert.match(second.log, /Building on the environment of/);
    assert.doesNotMatch(second.log, /Building everything again/);
    t.diagnostic(`incremental: ${describeTime(second)}`);
    const refreshed = await session(printVersion, body);
    assert.match(refreshed.output, /2\.0\.0/);
    assert.deepEqual(aboutLockfile(refreshed.events), []);

    await pushFiles(repository.url, API_KEY, "main", { "requirements.txt": "--no-index\nabsent==3.0.0\n" });
    const failed = await ended(project.id);
    assert.equal(failed.status, "failed");
    assert.match(failed.failure ?? "", /pip install.* failed with exit code 1.*absent==3\.0\.0/s);
    assert.deepEqual(await activeSnapshotOf(project.id), second.snapshotId);
    assert.match((await session("cat /etc/marked", body)).output, /marked/);
    await pushFiles(repository.url, API_KEY, "main", pipProject("2.0.0"));

    await damageLayers(edge);
    const damaged = await session("ls .venv /etc/marked; echo ran", body);
    assert.match(damaged.output, /No such file.*No such file.*ran/s);
    await eventually(async () => (await buildsOf(project.id))[0]?.status === "completed", 15 * 60_000);
    assert.match((await session(`${printVersion}; cat /etc/marked`, body)).output, /2\.0\.0\\nmarked/);
  });

  const buildsOf = async (projectId: string) =>
    (await environments.edge.client.projects.builds.list(projectId)).items;

  const activeSnapshotOf = async (projectId: string) =>
    (await environments.edge.client.projects.snapshots.list(projectId)).items.find(({ isActive }) => isActive)
      ?.id;
});

const aboutLockfile = (events: Parameters<typeof ofType>[0]) =>
  ofType(events, "notice").filter(({ eventData }) => /requirements.txt has changed/.test(eventData.message));
