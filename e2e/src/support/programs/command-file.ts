import { join } from "node:path";
import { fileURLToPath } from "node:url";

const clone = fileURLToPath(new URL("../../../..", import.meta.url));

/** Environment variable with the folder in which the test runner built the command. */
export const builtCommandVariable = "TEMBO_TEST_COMMAND";

/** Command that the tests run, with the variables that it needs. */
export interface CommandFile {
  readonly main: string;
  /** File that npm puts on the path. It loads the main file. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the command of this clone: the one that the test runner built, or else its sources. */
export function commandFile(): CommandFile {
  const built = process.env[builtCommandVariable];
  return built === undefined ? fileIn(clone, "main.ts", {}) : builtCommandFile(built);
}

/** Returns the command that was built in a new folder. The user's own cache would keep its compiled code for nothing. */
export const builtCommandFile = (folder: string): CommandFile =>
  fileIn(folder, "main.js", { XDG_CACHE_HOME: join(folder, "cache") });

const fileIn = (folder: string, main: string, env: CommandFile["env"]): CommandFile => ({
  main: join(folder, "cli/src", main),
  bin: join(folder, "cli/bin/tembo.js"),
  env,
});
