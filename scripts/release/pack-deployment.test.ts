import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { addRepository, readOrigin } from "./origin.ts";
import { packChart, packCompose, writeInstaller } from "./pack-deployment.ts";

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const addresses = {
  TEMBO_RELEASE_REPOSITORY: "https://forge.test/Owner/Tembo",
  TEMBO_RELEASE_URL: "https://127.0.0.1:1/v1",
  TEMBO_RELEASE_IMAGE: "registry.test/Owner/Tembo:v1",
};

function makePacking(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-deployment-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const [scratch, target] = [join(folder, "scratch"), join(folder, "target")];
  for (const path of [scratch, target]) mkdirSync(path);
  return { root, scratch, target, version, epochSeconds: 1 };
}

const list = (archive: string) =>
  spawnSync("tar", ["-tzf", archive], { encoding: "utf8" }).stdout.split("\n");

test("packs the Compose project and the chart with the same bytes each time", (context) => {
  const packing = makePacking(context);
  for (const pack of [packCompose, packChart])
    assert.deepEqual(readFileSync(pack(packing)), readFileSync(pack(makePacking(context))));
  const files = list(packCompose(packing));
  assert.ok(
    ["compose/compose.yaml", "compose/Caddyfile", "seccomp/tembo.json"].every((name) => files.includes(name)),
  );
  assert.deepEqual(
    files.filter((name) => name.endsWith(".ts")),
    [],
  );
  const chart = list(packChart(packing));
  assert.ok(["tembo/Chart.yaml", "tembo/templates/_helpers.tpl"].every((name) => chart.includes(name)));
});

test("rejects a chart with another version", (context) => {
  const packing = makePacking(context);
  const other = join(packing.scratch, "root");
  cpSync(join(root, "deploy/helm"), join(other, "deploy/helm"), { recursive: true });
  const file = join(other, "deploy/helm/tembo/Chart.yaml");
  packChart({ ...packing, root: other });
  writeFileSync(file, readFileSync(file, "utf8").replace(/^appVersion: .*$/m, "appVersion: 0.0.1"));
  const message = new RegExp(
    `appVersion in deploy/helm/tembo/Chart\\.yaml must be ${version}, but is 0\\.0\\.1`,
  );
  assert.throws(() => packChart({ ...packing, root: other }), message);
});

test("the installer of a release knows its address and its image", (context) => {
  const packing = makePacking(context);
  const file = writeInstaller(packing, readOrigin(addresses));
  assert.match(readFileSync(file, "utf8"), /^release_image='registry\.test\/owner\/tembo:v1'$/m);
  const run = (installer: string) =>
    spawnSync("sh", [installer, "--method", "npm", "--dry-run"], {
      env: { PATH: process.env.PATH, HOME: packing.scratch, npm_config_prefix: packing.scratch },
      encoding: "utf8",
    }).stderr;
  assert.match(run(file), /https:\/\/127\.0\.0\.1:1\/v1\/SHA256SUMS could not be downloaded/);
  const unchanged = writeInstaller(packing, readOrigin({}));
  assert.equal(readFileSync(unchanged, "utf8"), readFileSync(join(root, "deploy/install.sh"), "utf8"));
  assert.match(run(unchanged), /No release of Tembo is published yet/, "control");
});

test("rejects addresses that would end a string in the installer", () => {
  for (const [name, value] of Object.entries({
    TEMBO_RELEASE_URL: "https://a'; reboot; '",
    TEMBO_RELEASE_REPOSITORY: "http://forge.test/x",
    TEMBO_RELEASE_IMAGE: "a b",
  }))
    assert.throws(
      () => readOrigin({ ...addresses, [name]: value }),
      new RegExp(`^Error: ${name} must match`),
    );
});

test("adds the repository to a manifest, which provenance requires", (context) => {
  const { scratch } = makePacking(context);
  const file = join(scratch, "package.json");
  writeFileSync(file, '{"name":"a"}\n');
  addRepository(scratch, readOrigin({}));
  assert.equal(readFileSync(file, "utf8"), '{"name":"a"}\n');
  addRepository(scratch, readOrigin(addresses));
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
    name: "a",
    repository: { type: "git", url: "git+https://forge.test/Owner/Tembo.git" },
  });
});
