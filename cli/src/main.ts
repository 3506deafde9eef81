import { loadDoctor, loadLocalServer } from "./local-server.ts";
import { runTembo } from "./program.ts";
import { terminalOf } from "./terminal.ts";

process.exitCode = await runTembo(process.argv.slice(2), {
  env: process.env,
  terminal: terminalOf(process),
  loadLocalServer,
  loadDoctor,
});
