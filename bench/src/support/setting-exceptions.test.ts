import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { worldEnv } from "@tembo/e2e/support";
import { parseConfig, thisMachine } from "../../../server/src/config.ts";
import { benchLimits } from "./bench-limits.ts";
import { benchWorldEnv } from "./bench-world.ts";
import { exceptionsOf, placeVariables, settingExceptions } from "./setting-exceptions.ts";

const root = join(import.meta.dirname, "..");
/** Variable that only tests and benches read. */
const OF_TESTS = "TEMBO_TEST_HARNESS_DIR";

const starts = /\b(?:startBenchWorld|startBenchServer|startTemboProcess|withApart|withFleet)\(/;
const inSource = /\bTEMBO_[A-Z_]+/g;

/** Returns the settings that the source of a bench gives to its servers. */
function settingsIn(source: string): Set<string> {
  const found = new Set<string>(source.match(inSource));
  if (/\bstartBenchWorld\(/.test(source)) for (const name of differencesOfWorlds()) found.add(name);
  if (/\b(?:benchLimits|startBenchServer|startBenchWorld|withFleet)\b/.test(source))
    for (const name of Object.keys(benchLimits)) found.add(name);
  for (const name of [...placeVariables, OF_TESTS]) found.delete(name);
  return found;
}

function differencesOfWorlds(): string[] {
  return differences({
    ...worldEnv({ uidBase: 1_000_000, modelUrl: "http://127.0.0.1:1" }),
    ...benchWorldEnv,
  });
}

/** Returns the variables that change the server's configuration, except those of places and of the model. */
function differences(env: Readonly<Record<string, string>>): string[] {
  const parse = (more: Readonly<Record<string, string>>) => {
    const { shared: _, ...config } = parseConfig({ TEMBO_DATA_DIR: "/tmp/bench", ...more }, thisMachine());
    return JSON.stringify(config);
  };
  const defaults = parse({});
  return Object.entries(env)
    .filter(
      ([name, value]) =>
        name.startsWith("TEMBO_") && !placeVariables.includes(name) && parse({ [name]: value }) !== defaults,
    )
    .map(([name]) => name);
}

/** Returns the source of each bench, by the name of its folder. */
function sources(): Map<string, string> {
  const files = globSync("*/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const found = new Map<string, string>();
  for (const file of files) {
    const [folder = ""] = file.split("/");
    if (folder !== "support")
      found.set(folder, `${found.get(folder) ?? ""}${readFileSync(join(root, file), "utf8")}`);
  }
  return found;
}

test("lists each setting in which the servers of a bench differ from the defaults, and no other", () => {
  for (const [bench, source] of sources()) {
    const listed = settingExceptions.filter(({ benches }) => benches.some((name) => name === bench));
    assert.deepEqual(
      [...settingsIn(source)].sort(),
      [...new Set(listed.map(({ variable }) => variable))].sort(),
      `bench/src/${bench}: change the list in bench/src/support/setting-exceptions.ts`,
    );
  }
});

test("starts each server of a bench with the settings of the benches", () => {
  for (const [bench, source] of sources()) {
    assert.doesNotMatch(source, /\bstartWorld\b/, `${bench}: use startBenchWorld`);
    if (!starts.test(source)) continue;
    for (const name of Object.keys(benchLimits))
      assert.ok(settingsIn(source).has(name), `${bench} starts a server without the rate limits`);
  }
});

test("the world of a bench differs from the defaults only in its limits, keep-alive and waiting harnesses", () => {
  assert.deepEqual(differencesOfWorlds().sort(), [
    "TEMBO_KEEP_ALIVE_MINUTES",
    "TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE",
    "TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR",
    "TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE",
    "TEMBO_WAITING_HARNESSES",
  ]);
  const ofStories = differences(worldEnv({ uidBase: 1_000_000, modelUrl: "http://127.0.0.1:1" }));
  assert.ok(ofStories.includes("TEMBO_COMPILE_CACHE"), "control: stories run without a compile cache");
});

test("control: finds a setting in the source of a bench", () => {
  const source = "startBenchServer(url, { TEMBO_TURN_LIMIT_MINUTES: '1', TEMBO_DATA_DIR: dir })";
  assert.deepEqual([...settingsIn(source)].sort(), [
    "TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE",
    "TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR",
    "TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE",
    "TEMBO_TURN_LIMIT_MINUTES",
  ]);
});

test("describes the settings of a bench, also of a fill with another size", () => {
  assert.ok(exceptionsOf("burst").includes("TEMBO_WORKER_CONCURRENCY=256"));
  assert.deepEqual(exceptionsOf("api-20000"), exceptionsOf("api"));
  assert.deepEqual(exceptionsOf("placement"), []);
});
