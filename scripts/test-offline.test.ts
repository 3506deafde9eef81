import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const isRoot = process.getuid!() === 0;

/** Runs the offline tests of a tree whose only installation test has these statements. */
function runOffline(context: TestContext, statements: string) {
  const root = mkdtempSync(join(tmpdir(), "tembo-offline-"));
  context.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "scripts/install-tests"), { recursive: true });
  const text = `import { test } from "node:test"; import { execFileSync } from "node:child_process";
    test("a", () => { ${statements} });`;
  writeFileSync(join(root, "scripts/install-tests/a.test.ts"), text);
  const script = join(import.meta.dirname, "test-offline.ts");
  const { NODE_TEST_CONTEXT: _, TEMBO_RESULTS_DIR: __, ...env } = process.env;
  return spawnSync(process.execPath, [script, "--file", "a.test.ts"], {
    encoding: "utf8",
    env: { ...env, TEMBO_TEST_ROOT: root, npm_config_cache: join(root, "cache") },
  });
}

test("runs in a network namespace that has only a loopback interface", {
  skip: !isRoot && "needs root",
}, (context) => {
  const run = runOffline(context, 'console.log(execFileSync("ip", ["-o", "link"], { encoding: "utf8" }));');
  assert.equal(run.status, 0, run.stdout + run.stderr);
  assert.deepEqual(
    [...run.stdout.matchAll(/^\W*\d+: (\w+): <(.*?)>/gm)].map(([, name]) => name),
    ["lo"],
  );
  assert.match(run.stdout, /LOOPBACK,UP/);
  assert.doesNotMatch(run.stderr, /Fill the caches/);
});

for (const [program, args] of Object.entries({
  npm: ["view", "npm", "version"],
  "apt-get": ["install", "tembo-missing"],
}))
  test(`prints how to fill the caches if ${program} finds no package`, {
    skip:
      (!isRoot && "needs root") ||
      (program === "apt-get" && !existsSync("/usr/bin/apt-get") && "needs apt-get"),
  }, (context) => {
    const run = runOffline(context, `execFileSync("${program}", ${JSON.stringify(args)});`);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /do not have all packages.* run "npm run test:install"/);
  });
