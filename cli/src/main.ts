import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { raisePriority } from "./commands/server/raise-priority.ts";

const home = homedir();
const cache = process.env.XDG_CACHE_HOME || join(home, ".cache");
// The compile cache cuts the startup time to a third. It is in the user's own cache folder, because anyone who can
// write to the cache can change Tembo's code.
if (existsSync(home)) enableCompileCache(join(cache, "tembo/compiled"));

// Raises the priority before loading the other modules, which takes most of the startup time.
if (["start", "server", "worker"].includes(process.argv[2] ?? "")) await raisePriority();

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
