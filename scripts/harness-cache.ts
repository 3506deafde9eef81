import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What most tests work with. */
export const defaultHarnesses: readonly string[] = ["claudeCode"];
/** Those whose model can be played, as the tests of the matrix do. */
export const playableHarnesses: readonly string[] = ["claudeCode", "codex", "opencode", "pi", "gemini"];

/**
 * Installs the harness packages that the tests need, once per clone: `.cache/harness-data` is a data folder whose
 * `harnesses/` the tests share. Returns the environment that tells the tests where it is. Throws when an install fails.
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

/** The runner's own variables are no settings of the product, which refuses those it does not know. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("TEMBO_")));
}
