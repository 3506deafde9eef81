import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { raisePriority } from "./commands/server/raise-priority.ts";

const home = homedir();
const cache = process.env.XDG_CACHE_HOME || join(home, ".cache");
// A start takes a third of the time when nothing is compiled anew. The folder is the person's own: whoever writes to it writes our code.
if (existsSync(home)) enableCompileCache(join(cache, "tembo/compiled"));

// Before the rest is loaded, which is most of a start.
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
