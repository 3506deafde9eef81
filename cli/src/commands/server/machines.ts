import type { Command } from "commander";
import { answerItems } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { wholeNumberTo } from "../../options.ts";
import type { ListedMachine, LocalServer } from "./local-server.ts";
import { waitUntilDrained } from "./wait-until-drained.ts";

const defaultWaitMinutes = 15;
const maxWaitMinutes = 1_500;
const checkMs = 1_000;
/** Number of unsaved sessions that are printed. JSON contains all of them. */
const maxShown = 20;

interface DrainOptions {
  readonly machine?: string;
  readonly worker?: string;
  readonly wait?: boolean;
  readonly timeout: number;
}

/** Adds the commands that list and drain machines. They use the database of this machine's settings. */
export function addMachineCommands(worker: Command, runs: Registry["runs"]): void {
  worker
    .command("list")
    .description("list the machines with running workers")
    .action(runs(async (cli: Cli) => list(cli)));
  worker
    .command("drain")
    .description("move the sessions of a machine to other machines, and stop its workers")
    .option("--machine <id>", "machine to drain instead of this one")
    .option("--worker <id>", "drain only this worker")
    .option("--wait", "wait until the workers have stopped")
    .option(
      "--timeout <minutes>",
      "maximum time for --wait",
      wholeNumberTo(maxWaitMinutes),
      defaultWaitMinutes,
    )
    .action(runs(drain));
}

async function list(cli: Cli): Promise<Outcome> {
  const machines = await (await cli.loadLocalServer()).listMachines(cli.env);
  return answerItems(cli, machines, {
    MACHINE: ({ id }) => id,
    HOST: ({ host }) => host,
    STATE: stateOf,
    WORKERS: ({ workers }) => String(workers.length),
    TURNS: ({ turns, turnLimit }) => `${turns}/${turnLimit}`,
    "UNSAVED SESSIONS": ({ unsavedSessions }) => String(unsavedSessions),
  });
}

function stateOf({ workers }: ListedMachine): string {
  const draining = workers.filter(({ isDraining }) => isDraining).length;
  if (draining === 0) return "running";
  return draining === workers.length ? "draining" : `${draining} draining`;
}

async function drain(cli: Cli, { machine, worker, wait, timeout }: DrainOptions): Promise<Outcome> {
  if (machine !== undefined && worker !== undefined)
    throw new UsageError("Use either --machine or --worker.");
  const server = await cli.loadLocalServer();
  const target = {
    ...(machine !== undefined && { machineId: machine }),
    ...(worker !== undefined && { workerId: worker }),
  };
  const drained = await server.drainWorkers(cli.env, target);
  const count = `${drained.workerIds.length} ${drained.workerIds.length === 1 ? "worker" : "workers"}`;
  if (wait !== true) {
    if (cli.isJson) cli.terminal.json(drained);
    else cli.terminal.line(`Draining ${count} on machine ${drained.machineId}.`);
    cli.terminal.hint("tembo worker list");
    return 0;
  }
  const limits = { limitMs: timeout * 60_000, everyMs: checkMs };
  await waitUntilDrained(cli, server, drained, limits);
  return report(cli, server, drained);
}

async function report(
  cli: Cli,
  server: LocalServer,
  drained: { readonly machineId: string; readonly workerIds: readonly string[] },
): Promise<Outcome> {
  const unsaved = await server.listUnsavedSessions(cli.env, drained.machineId);
  if (cli.isJson) cli.terminal.json({ ...drained, unsaved });
  else {
    cli.terminal.line(`Machine ${drained.machineId} is drained.`);
    for (const { sessionId, reason } of unsaved.slice(0, maxShown))
      cli.terminal.line(`Session ${sessionId} was not saved: ${reason}`);
    if (unsaved.length > maxShown) cli.terminal.line(`... and ${unsaved.length - maxShown} more`);
  }
  return unsaved.length === 0 ? 0 : 1;
}
