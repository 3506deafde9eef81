import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startTemboProcess, temporaryDataDir } from "./tembo-process.ts";

const runProgram = promisify(execFile);

/** Environment variable with the data folder that worlds copy. Without it, each world starts with an empty data folder. */
const variable = "TEMBO_TEST_STARTED_FOLDER";

/**
 * Starts and stops a server in a new data folder. Worlds copy the folder, because the first start creates a database and
 * runs all migrations. That takes more processor time than many stories.
 */
export async function createStartedFolder(apiKey: string) {
  const dataDir = await temporaryDataDir();
  try {
    await (await startTemboProcess({ dataDir: dataDir.path, apiKey })).stop();
  } catch (cause) {
    await dataDir.remove();
    throw cause;
  }
  return { env: { [variable]: dataDir.path }, [Symbol.asyncDispose]: dataDir.remove };
}

/** Copies the data folder of a server that has started and stopped, if the test runner created one. */
export async function copyStartedFolder(target: string): Promise<void> {
  const source = process.env[variable];
  if (source === undefined) return;
  // Programs are linked, because a copy of 200 MB would take longer than the start. Nothing writes to them.
  const programs = ["runtime", ...(await versionsOfPostgres(source))];
  for (const path of programs) {
    await runProgram("mkdir", ["--parents", join(target, path)]);
    await runProgram("cp", [
      "--archive",
      "--link",
      "--no-target-directory",
      join(source, path),
      join(target, path),
    ]);
  }
  await runProgram("cp", ["--archive", "--no-clobber", `${source}/.`, target]);
}

/** Returns the folders of PostgreSQL's programs, relative to the data folder. */
async function versionsOfPostgres(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, "postgres"));
  return names.filter((name) => /^\d/.test(name)).map((name) => join("postgres", name));
}
