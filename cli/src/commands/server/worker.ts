import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { wholeNumberTo } from "../../options.ts";
import { addMachineCommands } from "./machines.ts";

interface WorkerOptions {
  readonly join?: string;
  readonly token?: string;
  readonly labels?: string;
  readonly concurrency?: number;
}

/** Adds `tembo worker`, its commands for machines, and `tembo worker token`, with which another machine joins. */
export function addWorkerCommands({ program, runs }: Pick<Registry, "program" | "runs">): void {
  const worker = program
    .command("worker")
    .description("run a worker without the API; requires DATABASE_URL, or --join once")
    .option("--join <url>", "join the installation of a server once; later starts need no option")
    .option(
      "--token <token>",
      'one-time token for --join, from "tembo worker token" on the server\'s machine',
    )
    .option("--labels <labels>", "labels of this worker, such as gpu,arch=arm64 (TEMBO_WORKER_LABELS)")
    .option("--concurrency <number>", "turns to run at a time (TEMBO_WORKER_CONCURRENCY)", wholeNumberTo(256))
    .action(runs(run));
  worker
    .command("token")
    .description("create a one-time token for adding a machine; run this on the server's machine")
    .option("--minutes <number>", "minutes until the token expires, 1 to 1440", wholeNumberTo(1_440), 15)
    .action(runs(createToken));
  addMachineCommands(worker, runs);
}

async function run(cli: Cli, { join, token, labels, concurrency }: WorkerOptions): Promise<Outcome> {
  if ((join === undefined) !== (token === undefined))
    throw new UsageError(
      "Pass --join and --token together.",
      "tembo worker --join https://tembo.example.com --token TOKEN",
    );
  const env = {
    ...cli.env,
    ...(labels !== undefined && { TEMBO_WORKER_LABELS: labels }),
    ...(concurrency !== undefined && { TEMBO_WORKER_CONCURRENCY: String(concurrency) }),
  };
  const server = await cli.loadLocalServer();
  if (join === undefined || token === undefined) await server.runWorker(env);
  else await server.runWorker(env, { url: join, token });
  return 0;
}

async function createToken(cli: Cli, { minutes }: { readonly minutes: number }): Promise<Outcome> {
  const created = await (await cli.loadLocalServer()).runWorkerToken(cli.env, { minutes });
  if (cli.isJson) cli.terminal.json(created);
  else {
    cli.terminal.line(created.token);
    const url = created.url ?? "URL";
    cli.terminal.note(`The token is valid once, until ${created.expiresAt}. On the new machine, run:`);
    cli.terminal.note(`tembo worker --join ${url} --token ${created.token}`);
  }
  return 0;
}
