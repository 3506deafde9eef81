import { Argument } from "commander";
import { answer, answerItems, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { confirm } from "../../input/confirm.ts";

const roles = ["start", "server", "worker"] as const;
type Role = (typeof roles)[number];

interface InstallOptions {
  readonly print?: boolean;
  readonly environmentFile?: string;
  readonly runAs?: string;
}

const roleArgument = () =>
  new Argument("[role]", "command that the service runs").choices(roles).default("start");

/** Adds `tembo service`, which manages the systemd units of this machine. */
export function addServiceCommands({ program, runs }: Pick<Registry, "program" | "runs">): void {
  const service = program.command("service").description("run the server or a worker as a systemd service");
  service
    .command("install")
    .description("write the systemd unit and enable it; run as root")
    .addArgument(roleArgument())
    .option("--print", "print the unit, and change nothing")
    .option(
      "--environment-file <file>",
      "file with the settings, instead of tembo.env in the system's folder",
    )
    .option("--run-as <user>", "user that runs the service instead of root")
    .action(runs(install));
  service
    .command("uninstall")
    .description("stop the service and remove its unit; keeps all data")
    .addArgument(roleArgument())
    .action(runs(uninstall));
  service.command("status").description("show the installed services").action(runs(status));
}

async function install(
  cli: Cli,
  role: Role,
  { print, environmentFile, runAs }: InstallOptions,
): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const options = { role, environmentFile: environmentFile ?? null, user: runAs ?? null };
  if (print === true) {
    const unit = await server.printService(options);
    return answer(cli, { unit }, () => cli.terminal.raw(unit));
  }
  const installed = await server.installService(cli.env, options);
  return answer(cli, installed, () => {
    cli.terminal.line(`Wrote ${installed.file} and enabled ${installed.unit}.`);
    cli.terminal.hint(`systemctl restart ${installed.unit}`);
  });
}

async function uninstall(cli: Cli, role: Role): Promise<Outcome> {
  await confirm(cli, `This stops the service of "tembo ${role}" and removes its unit.`);
  const server = await cli.loadLocalServer();
  const progress = cli.terminal.progress();
  progress.show("Stopping the service");
  const removed = await server.uninstallService(cli.env, role).finally(() => progress.clear());
  return answerSentence(cli, removed, `Stopped the service and removed ${removed.file}.`);
}

async function status(cli: Cli): Promise<Outcome> {
  const services = await (await cli.loadLocalServer()).listServices(cli.env);
  if (services === null)
    throw new CommandError(
      "This machine does not run systemd.",
      'print the unit with "tembo service install --print", or use another supervisor.',
    );
  return answerItems(cli, services, {
    UNIT: ({ unit }) => unit,
    STATE: ({ state }) => state,
    "STARTS WITH THE MACHINE": ({ isEnabled }) => (isEnabled ? "yes" : "no"),
  });
}
