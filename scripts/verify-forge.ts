import { runVerifyForge } from "./verify-forge/run-verify-forge.ts";
import { processTerminal } from "./verify-forge/terminal.ts";

process.exitCode = await runVerifyForge(process.argv.slice(2), process.env, processTerminal());
