import { APIConnectionError } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import type { HarnessInfo } from "../server/local-server.ts";

/** `tembo harness list|install`: harnesses on this machine, which its worker uses. */
export function addHarnessCommands({ program, runs }: Registry): void {
  const harness = program.command("harness").description("the programs that run the model loop");
  harness.command("list").description("list the known harnesses").action(runs(list));
  harness
    .command("install")
    .description("install a harness now instead of on first use")
    .argument("[name]", "as in the list")
    .option("--all", "every harness that Tembo can install")
    .action(runs(installSome));
}

async function list(cli: Cli): Promise<Outcome> {
  const found = await (await cli.loadLocalServer()).listHarnesses(cli.env);
  const reasons = await keyReasons(cli);
  const harnesses = found.map((harness) => ({ ...harness, notReady: whyNotReady(harness, reasons) }));
  if (cli.isJson) cli.terminal.json({ harnesses });
  else {
    printTable(
      cli.terminal,
      ["NAME", "VERSION", "INSTALLED", "DEFAULT MODEL", "READY"],
      harnesses.map(({ name, version, isInstalled, isOutdated, defaultModel, notReady }) => [
        name,
        version,
        isOutdated ? "outdated" : isInstalled ? "yes" : "no",
        defaultModel,
        notReady ?? "yes",
      ]),
    );
  }
  return 0;
}

/**
 * The reason why each harness has no access to its models, or null if it has. Null as a whole without a server to
 * query.
 */
type KeyReasons = ReadonlyMap<string, string | null> | null;

/** Queries the server, if it runs and a key is known, since only the server knows the organization's credentials. */
async function keyReasons(cli: Cli): Promise<KeyReasons> {
  const alone = "READY tells of this machine's own keys alone";
  if (!cli.knowsKey()) {
    cli.terminal.note(`${alone}; set TEMBO_API_KEY, so that those of the organization count too.`);
    return null;
  }
  try {
    const client = cli.client();
    const runtimes = await allPages((cursor) => client.runtimes.list({ cursor, limit: 100 }));
    return new Map(
      runtimes.map(({ name, availability }) => [
        name,
        availability.status === "available" ? null : availability.reason,
      ]),
    );
  } catch (cause) {
    if (!(cause instanceof APIConnectionError)) throw cause;
    cli.terminal.note(`${alone}: the server does not answer (${cause.message}).`);
    return null;
  }
}

/** Returns the reason why a harness is not ready, or null if it is. */
function whyNotReady(
  { name, missing, missingKey, isOutdated }: HarnessInfo,
  reasons: KeyReasons,
): string | null {
  if (missing !== undefined) return missing;
  if (isOutdated) return `its packages have changed; run "tembo harness install ${name}"`;
  const reason = reasons?.get(name);
  return reason === undefined ? (missingKey ?? null) : reason;
}

async function installSome(
  cli: Cli,
  name: string | undefined,
  options: { readonly all?: boolean },
): Promise<Outcome> {
  if ((name === undefined) === !options.all) {
    throw new CommandError("Nothing says what to install.", "name one harness, or say --all.");
  }
  if (name !== undefined) return install(cli, name);
  const harnesses = await (await cli.loadLocalServer()).listHarnesses(cli.env);
  for (const harness of harnesses.filter(({ isProgram }) => !isProgram)) {
    const outcome = await install(cli, harness.name);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

async function install(cli: Cli, name: string): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const known = (await server.listHarnesses(cli.env)).map((harness) => harness.name);
  if (!known.includes(name)) {
    throw new CommandError(
      `There is no harness ${JSON.stringify(name)}.`,
      `choose one of ${known.join(", ")}.`,
    );
  }
  const progress = cli.terminal.progress();
  try {
    const { isInterrupted } = await withInterrupt(cli, async (signal) => {
      try {
        await server.installHarness(cli.env, name, (line) => progress.show(line), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    });
    if (isInterrupted) return interruptedStatus;
  } finally {
    progress.clear();
  }
  if (cli.isJson) cli.terminal.json({ name, isInstalled: true });
  else cli.terminal.line(`${name} is installed.`);
  return 0;
}
