import type { ServiceLogOptions, SessionService, Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answer, answerList, suggest } from "../../answer.ts";
import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { duration } from "../../format.ts";
import { printLog } from "../../print-log.ts";
import { shellWord } from "../../shell-word.ts";

export function addServiceCommands(session: Command, runs: Registry["runs"]): void {
  session
    .command("services")
    .description("list the services in a session's sandbox, with their states")
    .argument("<session>", "session ID")
    .action(runs(list));
  session
    .command("logs")
    .description("print the log of a service")
    .argument("<session>", "session ID")
    .argument("<service>", "name of the service")
    .option("--follow", "follow the log until the service ends")
    .action(runs(logs));
}

async function list(cli: Cli, id: string): Promise<Outcome> {
  const client = cli.client();
  const page = async () => ({ ...(await client.session.services.list(id)), nextCursor: null });
  return answerList(cli, page, {
    NAME: ({ name }) => name,
    STATE: (service) => describeState(service),
    SINCE: ({ changedAt }) => changedAt ?? "-",
    READY: ({ readyMs }) => (readyMs === null ? "-" : { text: duration(readyMs), raw: String(readyMs) }),
    PORT: ({ port }) => String(port ?? "-"),
    COMMAND: ({ command }) => command,
  });
}

/** Returns the state, with the exit code of an exited service. */
function describeState({ state, exitCode, startedAt }: SessionService): string {
  if (state === "exited") return exitCode === null ? "exited (signal)" : `exited (${exitCode})`;
  return startedAt === null ? "not started" : state;
}

async function logs(
  cli: Cli,
  id: string,
  name: string,
  { follow }: { readonly follow?: boolean },
): Promise<Outcome> {
  const { services } = cli.client().session;
  const again = `tembo session logs ${shellWord(id)} ${shellWord(name)} --follow`;
  if (!follow) {
    const log = await services.log(id, name);
    return answer(cli, log, () => {
      if (log.isCut) cli.terminal.note("The beginning of the log was removed.");
      cli.terminal.flow(log.text);
      suggest(cli, again);
    });
  }
  const log = {
    follow: (options: ServiceLogOptions) => services.followLog(id, name, options),
    stillRuns: "The service may still be running.",
    again,
  };
  const { result: state, isInterrupted } = await withInterrupt(cli, (signal) => printLog(cli, log, signal));
  if (isInterrupted) return interruptedStatus;
  if (cli.isJson) cli.terminal.json({ state }, "line");
  else
    cli.terminal.note(state === "exited" ? "The service exited." : await describeStopped(services, id, name));
  return 0;
}

async function describeStopped(services: Tembo["session"]["services"], id: string, name: string) {
  const { items } = await services.list(id);
  const hasStarted = items.find((service) => service.name === name)?.startedAt !== null;
  return hasStarted ? "The service is stopped." : "The service has not started.";
}
