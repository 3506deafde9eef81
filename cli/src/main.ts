import { loadDoctor, loadLocalServer } from "./commands/server/local-server.ts";
import { runTembo } from "./program.ts";
import { terminalOf } from "./terminal.ts";

process.exitCode = await runTembo(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOf(process),
  loadLocalServer,
  loadDoctor,
});
