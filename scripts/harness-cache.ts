import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Harnesses that most tests use. */
export const defaultHarnesses: readonly string[] = ["claudeCode"];
/** Harnesses whose model the tests can script. The harness matrix tests these harnesses. */
export const playableHarnesses: readonly string[] = ["claudeCode", "codex", "opencode", "pi", "gemini"];

/**
 * Installs the harness packages that the tests need, once per clone. The tests share the `harnesses/` folder of the
 * data folder `.cache/harness-data`. Returns environment variables that pass this folder to the tests. Throws if an
 * installation fails.
 */
export function prepareHarnesses(root: string, names: readonly string[]): Record<string, string> {
  const command = join(root, "cli/src/main.ts");
  if (!existsSync(command)) return {};
  const dataDir = join(root, ".cache/harness-data");
  for (const name of names) {
    const { status } = spawnSync(process.execPath, [command, "harness", "install", name], {
      cwd: root,
      env: { ...withoutSettings(process.env), TEMBO_DATA_DIR: dataDir },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: 10 * 60_000,
    });
    if (status !== 0) throw new Error(`tembo harness install ${name} failed; its output is above.`);
  }
  return { TEMBO_TEST_HARNESS_DIR: join(dataDir, "harnesses") };
}

/** Removes all `TEMBO_` variables, because some belong to the test runner and the product rejects unknown settings. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TEMBO_")));
}
