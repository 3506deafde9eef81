import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { raisePriority } from "./commands/server/raise-priority.ts";
import { restartSmall } from "./commands/server/restart-small.ts";

const home = homedir();
// The compile cache cuts the startup time to a third. It is in the user's own cache folder, because anyone who can
// write to the cache can change Tembo's code.
const compileCache = existsSync(home)
  ? join(process.env.XDG_CACHE_HOME || join(home, ".cache"), "tembo/compiled")
  : null;
const runsServer = ["start", "server", "worker"].includes(process.argv[2] ?? "");

// Both run before loading the other modules, which takes most of the startup time.
if (runsServer) restartSmall(compileCache);
if (compileCache !== null) enableCompileCache(compileCache);
if (runsServer) await raisePriority();

const [{ runTembo }, { terminalOf }, { loadDoctor, loadLocalServer }] = await Promise.all([
  import("./program.ts"),
  import("./terminal.ts"),
  import("./commands/server/local-server.ts"),
]);
process.exitCode = await runTembo(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOf(process),
  loadLocalServer,
  loadDoctor,
});
