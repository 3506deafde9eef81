import { APIConnectionError } from "@tembo-io/sdk";
import { answerItems } from "../../answer.ts";
import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { MissingError, UsageError } from "../../failure.ts";
import { allPages } from "../../pages.ts";
import { withReason } from "../../sentence.ts";
import type { HarnessInfo } from "../server/local-server.ts";

/** Adds `tembo harness`, which manages the harnesses that the worker on this machine uses. */
export function addHarnessCommands({ program, runs }: Registry): void {
  const harness = program
    .command("harness")
    .description("list and install harnesses, the coding agents that sessions run");
  harness.command("list").description("list harnesses").action(runs(list));
  harness
    .command("install")
    .description("install a harness now rather than on first use")
    .argument("[name]", "harness name")
    .option("--all", "install every harness that Tembo can install")
    .action(runs(installSome));
}

async function list(cli: Cli): Promise<Outcome> {
  const found = await (await cli.loadLocalServer()).listHarnesses(cli.env);
  const reasons = await keyReasons(cli);
  const harnesses = found.map((harness) => ({ ...harness, notReady: whyNotReady(harness, reasons) }));
  return answerItems(cli, harnesses, {
    NAME: ({ name }) => name,
    VERSION: ({ version }) => version,
    INSTALLED: ({ isInstalled, isOutdated }) => (isOutdated ? "outdated" : isInstalled ? "yes" : "no"),
    "DEFAULT MODEL": ({ defaultModel }) => defaultModel,
    READY: ({ notReady }) => notReady ?? "yes",
  });
}

/**
 * Reason why each harness has no access to models, or null if it has access. The whole value is null if the server's
 * data is not available.
 */
type KeyReasons = ReadonlyMap<string, string | null> | null;

/**
 * Requests the reasons from the server, because only the server knows the organization's credentials. Prints a note and
 * returns null if no key is known or the server does not respond.
 */
async function keyReasons(cli: Cli): Promise<KeyReasons> {
  const alone = "READY considers only the API keys on this machine";
  if (!cli.knowsKey()) {
    cli.terminal.note(`${alone}. Set TEMBO_API_KEY to include the organization's keys.`);
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
    cli.terminal.note(withReason(`${alone}, because the server does not respond`, cause));
    return null;
  }
}

/** Returns the reason why a harness is not ready, or null if it is. */
function whyNotReady(
  { name, missing, missingKey, isOutdated }: HarnessInfo,
  reasons: KeyReasons,
): string | null {
  if (missing !== undefined) return missing;
  if (isOutdated) return `outdated; run "tembo harness install ${name}"`;
  const reason = reasons?.get(name);
  return reason === undefined ? (missingKey ?? null) : reason;
}

async function installSome(
  cli: Cli,
  name: string | undefined,
  options: { readonly all?: boolean },
): Promise<Outcome> {
  if ((name === undefined) === !options.all) {
    throw new UsageError("No harness was specified.", "name a harness, or use --all.");
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
  const harnesses = await server.listHarnesses(cli.env);
  const harness = harnesses.find((one) => one.name === name);
  if (harness === undefined) {
    throw new MissingError(
      `Unknown harness ${JSON.stringify(name)}.`,
      `use one of: ${harnesses.map((one) => one.name).join(", ")}.`,
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
  else cli.terminal.line(`Installed ${harness.displayName}.`);
  return 0;
}
