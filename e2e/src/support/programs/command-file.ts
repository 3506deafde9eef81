import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../../../../cli/src/main.ts", import.meta.url));

/** Environment variable with the main file of the command that the test runner built. */
export const builtCommandVariable = "TEMBO_TEST_COMMAND";

/** Command that the tests run, with the variables that it needs. */
export interface CommandFile {
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the command of this clone: the one that the test runner built, or else its sources. */
export function commandFile(): CommandFile {
  const built = process.env[builtCommandVariable];
  return built === undefined ? { main: sources, env: {} } : builtCommandFile(built);
}

/** Returns a built command. Its paths are new, so the user's own cache would keep its compiled code for nothing. */
export const builtCommandFile = (main: string): CommandFile => ({
  main,
  env: { XDG_CACHE_HOME: join(dirname(main), "../../cache") },
});
