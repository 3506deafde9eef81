import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { printTable } from "../../table.ts";

/** `tembo harness list|install`: the harnesses of this machine, which a worker here uses. */
export function addHarnessCommands({ program, runs }: Registry): void {
  const harness = program.command("harness").description("the programs that run the model loop");
  harness.command("list").description("list the known harnesses").action(runs(list));
  harness
    .command("install")
    .description("install a harness now instead of on first use")
    .argument("[name]", "as in the list, such as claudeCode")
    .option("--all", "every harness that Tembo can install")
    .action(runs(installSome));
}

async function list(cli: Cli): Promise<Outcome> {
  const harnesses = await (await cli.loadLocalServer()).listHarnesses(cli.env);
  if (cli.isJson) cli.terminal.json({ harnesses });
  else {
    printTable(
      cli.terminal,
      ["NAME", "VERSION", "INSTALLED", "DEFAULT MODEL", "READY"],
      harnesses.map(({ name, version, isInstalled, defaultModel, missing }) => [
        name,
        version,
        isInstalled ? "yes" : "no",
        defaultModel,
        missing ?? "yes",
      ]),
    );
  }
  return 0;
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
