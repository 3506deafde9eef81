import { sandboxSizes } from "@tembo-io/sdk";
import { InvalidArgumentError, Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect, usd, wholeNumber } from "../../options.ts";
import { egressPresets } from "../egress/egress.ts";
import { applySession } from "./change/apply-session.ts";
import { showDiff } from "./change/diff-session.ts";
import { createSession } from "./create-session.ts";
import { addSessionDecisionCommands } from "./decide/decide.ts";
import { listSessions, type SessionState, sessionStates } from "./list-sessions.ts";
import { addManageCommands } from "./manage-session.ts";
import { addQueueCommands } from "./message/queue.ts";
import { sendMessage } from "./message/send-message.ts";
import { replaySession } from "./replay/replay-session.ts";
import { showSession } from "./show-session.ts";
import { watchSession } from "./watch/watch-session.ts";

/** `tembo session create|list|show|watch|diff|apply|message|queue|stop|keep-alive|permit|answer`. */
export function addSessionCommands({ program, runs }: Registry): void {
  const session = program.command("session").description("hand tasks to agents, and follow them");
  session
    .command("create")
    .description("start a session")
    .argument("[prompt]", "task for the agent, or - to read it from standard input")
    .option("--prompt-file <file>", "read the prompt from a file; - for standard input")
    .option("--repo <repository>", "a URL or owner/name; may be given several times", collect, [])
    .option("--agent <harness:model>", 'harness and model; "tembo harness list" shows the harnesses')
    .option("--target-branch <branch>", "the branch pull requests are opened against")
    .option("--branch <branch>", "the branch the work is pushed to")
    .addOption(new Option("--size <size>", "vCPUs and memory of the sandbox").choices(sandboxSizes))
    .addOption(
      new Option("--egress <preset>", "what it may reach of what the organization may").choices(
        egressPresets,
      ),
    )
    .option("--allow <host>", "a host it may reach; may be given several times", collect, [])
    .option("--mcp <connection>", "an MCP connection it gets; may be given several times", collect, [])
    .option("--budget-usd <amount>", "what it may spend on models, in US dollars", usd)
    .option("--attach <file>", "a file or picture; may be given several times", collect, [])
    .option("--plan", "only plan: the workspace cannot be changed")
    .option("--reasoning <level>", "how much it thinks, one of the harness's own levels")
    .option("--speed <speed>", "normal, fast or ultrafast, where the harness has it")
    .option("--goal <words>", "what is to be reached; it goes on until it is")
    .option("--goal-check <command>", "a command that succeeds once the goal is reached")
    .option("--draft", "only prepare it; the first message starts it")
    .option("--wait", "wait for the end; exit code 1 when it failed or was cancelled")
    .option("--watch", "like --wait, and show every event")
    .action(runs(createSession));
  session
    .command("list")
    .description("list sessions, newest first")
    .option("--page <number>", "counts from 1", wholeNumber)
    .option("--limit <number>", "sessions a page, 1 to 100", wholeNumber)
    .option("--search <text>", "those whose title, task or messages have it, best first")
    .option("--needs-you", "those that wait for a permission, an answer or a plan's approval, or failed")
    .addOption(
      new Option("--state <state>", "those in this state; may be given several times")
        .choices(sessionStates)
        .argParser(collectState)
        .default([], "all"),
    )
    .option(
      "--repo <repository>",
      "those that work on it, by owner/name; may be given several times",
      collect,
      [],
    )
    .action(runs(listSessions));
  session
    .command("show")
    .description("show a session and its pull requests")
    .argument("<session>", "as in the list")
    .action(runs(showSession));
  session
    .command("watch")
    .description("show the events of a session until nothing is left to do")
    .argument("<session>", "as in the list")
    .option("--follow", "go on for later messages, until Ctrl-C")
    .action(runs(watchSession));
  session
    .command("diff")
    .description("show what a session changed, as a patch")
    .argument("<session>", "as in the list")
    .option("--repo <repository>", "of this repository alone")
    .option("--stat", "only the counts, one line a repository")
    .action(runs(showDiff));
  session
    .command("apply")
    .description("bring a session's change into the checkout you are in, into files and index")
    .argument("<session>", "as in the list")
    .option("--repo <repository>", "the repository whose change it is, when the session changed several")
    .action(runs(applySession));
  session
    .command("message")
    .description("send a message to a session")
    .argument("<session>", "as in the list")
    .argument("<text>", "- reads it from standard input")
    .option("--steer", "put it into the turn that runs, rather than after it")
    .option("--agent <harness:model>", "harness:model that works it, and what follows")
    .option("--attach <file>", "a file or picture; may be given several times", collect, [])
    .option("--wait", "wait for the end of its turn; exit code 1 when it failed or was cancelled")
    .action(runs(sendMessage));
  addQueueCommands(session, runs);
  session
    .command("replay")
    .description("show what this version makes of what a session's harness said, turn by turn")
    .argument("<session>", "as in the list")
    .option("--turn <number>", "only this turn", wholeNumber)
    .option("--diff", "show where it differs from the recorded events; exit code 1 when it does")
    .option("--raw", "print the recording itself, as lines of JSON")
    .action(runs(replaySession));
  session
    .command("stop")
    .description("stop what a session is working on")
    .argument("<session>", "as in the list")
    .action(runs(stop));
  session
    .command("keep-alive")
    .description("say how long a session's sandbox stays up for the next message")
    .argument("<session>", "as in the list")
    .argument("<minutes>", "from now, 0 to 1440; 0 lets an idle one stop at once", minutesOf)
    .action(runs(keepAlive));
  addManageCommands(session, runs);
  addSessionDecisionCommands(session, runs);
}

/** Validates each value: commander's `choices` has no effect on options with a custom parser. */
function collectState(value: string, before: readonly SessionState[]): SessionState[] {
  const state = sessionStates.find((one) => one === value);
  if (state === undefined) throw new InvalidArgumentError(`Allowed choices are ${sessionStates.join(", ")}.`);
  return [...before, state];
}

async function stop(cli: Cli, id: string): Promise<Outcome> {
  const stopped = await cli.client().session.stop(id);
  if (cli.isJson) cli.terminal.json(stopped);
  else {
    const count = stopped.cancelledSessions + stopped.interruptedRuntimeTurns + stopped.cancelledRuntimeTurns;
    cli.terminal.line(
      count + stopped.cancelledJobs + stopped.stoppedRuntimeSessions > 0
        ? `Session ${id} is stopped.`
        : `Session ${id} was not working on anything.`,
    );
  }
  return 0;
}

async function keepAlive(cli: Cli, id: string, minutes: number): Promise<Outcome> {
  const kept = await cli.client().session.keepAlive(id, minutes);
  if (cli.isJson) cli.terminal.json(kept);
  else if (minutes === 0) cli.terminal.line(`The sandbox of session ${id} stops when it is idle.`);
  else {
    const when = kept.isKept ? "stays up" : "will stay up after its next turn,";
    cli.terminal.line(`The sandbox of session ${id} ${when} until ${kept.keepAliveUntil}.`);
  }
  return 0;
}

function minutesOf(value: string): number {
  const minutes = /^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  if (minutes <= 1_440) return minutes;
  throw new InvalidArgumentError("It takes minutes from 0 to 1440.");
}
