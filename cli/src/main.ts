import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { thisMachine } from "./platform/machine.ts";
import { nameSources } from "./platform/name-sources.ts";
import { restrictProgramSearch } from "./platform/program-search.ts";

// A package is a bundle. A clone runs its sources.
if (import.meta.url.endsWith(".js")) nameSources();
const machine = thisMachine();
restrictProgramSearch(process.env, machine);
const { home } = machine;
// The compile cache cuts the startup time to a third. It is in the user's own cache folder, because anyone who can
// write to the cache can change Tembo's code.
const compileCache =
  home !== null && existsSync(home)
    ? join(process.env.XDG_CACHE_HOME || join(home, ".cache"), "tembo", "compiled")
    : null;
const runsServer = ["start", "server", "worker"].includes(process.argv[2] ?? "");

// Both run before loading the other modules, which takes most of the startup time. Client commands do not load them.
if (runsServer) (await import("./commands/server/restart-small.ts")).restartSmall(compileCache);
if (compileCache !== null) enableCompileCache(compileCache);
if (runsServer) {
  await (await import("./commands/server/raise-priority.ts")).raisePriority();
  (await import("./commands/server/free-memory-when-idle.ts")).freeMemoryWhenIdle();
}

const [{ terminalOf }, { loadDoctor, loadLocalServer }] = await Promise.all([
  import("./terminal.ts"),
  import("./commands/server/local-server.ts"),
]);
const world = { env: process.env, terminal: terminalOf(process), machine, loadLocalServer, loadDoctor };
const args = process.argv.slice(2);
process.exitCode = await (runsServer ? runServerCommand() : runAnyCommand());

/** The other commands would stay in the memory of a server. */
async function runServerCommand(): Promise<number> {
  const [{ runProgram }, { addServerCommands }] = await Promise.all([
    import("./run-program.ts"),
    import("./commands/server/server.ts"),
  ]);
  return runProgram(args, world, addServerCommands);
}

async function runAnyCommand(): Promise<number> {
  const { runTembo } = await import("./program.ts");
  return runTembo(args, world);
}
