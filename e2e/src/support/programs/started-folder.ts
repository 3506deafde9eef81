import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { API_KEY } from "../api-key.ts";
import { buildCommand } from "./built-command.ts";
import { builtCommandVariable } from "./command-file.ts";
import { startTemboProcess, temporaryDataDir } from "./tembo-process.ts";

const runProgram = promisify(execFile);

/** Environment variables with the folders that worlds copy. Without them, each world starts with an empty data folder. */
const variables = { data: "TEMBO_TEST_STARTED_FOLDER", programs: "TEMBO_TEST_STARTED_PROGRAMS" };

/**
 * Builds the command, because the sources need 1.5 times the processor time for a start. Then starts and stops a server in
 * a new data folder. Worlds copy the folder, because the first start creates a database and runs all migrations. That
 * takes more processor time than many stories.
 */
export async function createStartedFolder() {
  await using cleanup = new AsyncDisposableStack();
  const { folder, launch, remove } = await buildCommand();
  cleanup.defer(remove);
  const data = await temporaryDataDir();
  cleanup.defer(data.remove);
  await (await startTemboProcess({ dataDir: data.path, apiKey: API_KEY, launch })).stop();
  const programs = await mkdtemp(join(tmpdir(), "tembo-programs-"));
  cleanup.defer(() => rm(programs, { recursive: true }));
  await separatePrograms(data.path, programs);
  const kept = cleanup.move();
  return {
    env: { [builtCommandVariable]: folder, [variables.data]: data.path, [variables.programs]: programs },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Copies the data folder of a server that has started and stopped, if the test runner created one. */
export async function copyStartedFolder(target: string): Promise<void> {
  const { [variables.data]: data, [variables.programs]: programs } = process.env;
  if (data === undefined || programs === undefined) return;
  await joinPrograms({ data, programs }, target);
}

/** Moves the programs of a data folder, to which nothing writes, to another folder. */
export async function separatePrograms(data: string, programs: string): Promise<void> {
  const found = [
    ...(await readdir(join(data, "runtime"))).filter((name) => /^node-/.test(name)).map(inFolder("runtime")),
    ...(await readdir(join(data, "postgres"))).filter((name) => /^\d/.test(name)).map(inFolder("postgres")),
  ];
  for (const path of found) {
    await mkdir(dirname(join(programs, path)), { recursive: true });
    await rename(join(data, path), join(programs, path));
  }
}

const inFolder = (folder: string) => (name: string) => join(folder, name);

/**
 * Creates a data folder from separated programs and data. Links the programs, because a copy of 200 MB would take longer
 * than the start.
 */
export async function joinPrograms(
  { data, programs }: { readonly data: string; readonly programs: string },
  target: string,
): Promise<void> {
  await runProgram("cp", ["--archive", "--link", `${programs}/.`, target]);
  // Copied last, because folders get the attributes of the last copy.
  await runProgram("cp", ["--archive", `${data}/.`, target]);
}
