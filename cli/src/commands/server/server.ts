import type { Cli, Outcome, Registry } from "../../cli.ts";
import { styled } from "../../terminal.ts";

/** `tembo start|server|worker|doctor`: what runs on this machine. */
export function addServerCommands({ program, runs }: Registry): void {
  program
    .command("start")
    .description("run server and worker in one process")
    .action(runs(async (cli: Cli) => void (await (await cli.loadLocalServer()).runStart(cli.env))));
  program
    .command("server")
    .description("run the server alone, on DATABASE_URL")
    .action(runs(async (cli: Cli) => void (await (await cli.loadLocalServer()).runServer(cli.env))));
  program
    .command("worker")
    .description("run a worker alone, on DATABASE_URL")
    .action(runs(async (cli: Cli) => void (await (await cli.loadLocalServer()).runWorker(cli.env))));
  program
    .command("doctor")
    .description("check what this machine needs, and say what to do")
    .action(runs(doctor));
}

async function doctor(cli: Cli): Promise<Outcome> {
  const report = await (await cli.loadDoctor()).runDoctor(cli.env);
  const isHealthy = report.checks.every((check) => check.ok || !check.isRequired);
  if (cli.isJson) cli.terminal.json(report);
  else {
    for (const { ok, isRequired, name, detail, mend } of report.checks) {
      const mark = ok
        ? styled("green", "ok  ")
        : isRequired
          ? styled("red", "FAIL")
          : styled("yellow", "hint");
      cli.terminal.line(mark, " ", styled("bold", name), ": ", detail);
      if (!ok && mend !== null) cli.terminal.line("     ", styled("cyan", mend));
    }
  }
  return isHealthy ? 0 : 1;
}
