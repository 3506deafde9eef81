import { sandboxSizes } from "@tembo-io/sdk";
import { InvalidArgumentError, Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect, usd, wholeNumber, wholeNumberTo } from "../../options.ts";
import { egressPresets } from "../egress/egress.ts";
import { addAttemptCommands } from "./attempts.ts";
import { applySession } from "./change/apply-session.ts";
import { showDiff } from "./change/diff-session.ts";
import { createSession } from "./create-session.ts";
import { addSessionDecisionCommands } from "./decide/decide.ts";
import { addFilesCommand } from "./files/session-files.ts";
import { addListCommand } from "./list-sessions.ts";
import { addManageCommands } from "./manage-session.ts";
import { addQueueCommands } from "./message/queue.ts";
import { sendMessage } from "./message/send-message.ts";
import { replaySession } from "./replay/replay-session.ts";
import { addServiceCommands } from "./services.ts";
import { showSession } from "./show-session.ts";
import { addTerminalCommand } from "./terminal/open-terminal.ts";
import { watchSession } from "./watch/watch-session.ts";

export function addSessionCommands({ program, runs }: Registry): void {
  const session = program.command("session").description("start and follow sessions");
  session
    .command("create")
    .description("start a session")
    .argument("[prompt]", "task for the agent, or - for standard input")
    .option("--prompt-file <file>", "file with the prompt, or - for standard input")
    .option("--repo <repository>", "owner/name or URL; can be repeated", collect, [])
    .option(
      "--project <project>",
      'project to start from, by name or ID, or "none" (default: by repositories, then by size)',
    )
    .option("--agent <harness:model>", 'harness and model; "tembo harness list" lists them')
    .option(
      "--attempts <number>",
      "number of attempts at the task, each in a session of its own, up to 4",
      wholeNumberTo(4),
    )
    .option(
      "--attempt <harness:model>",
      "harness and model of the next attempt, instead of --agent; can be repeated",
      collect,
      [],
    )
    .option("--target-branch <branch>", "base branch for pull requests")
    .option("--branch <branch>", "branch to push commits to")
    .addOption(new Option("--size <size>", "sandbox size: vCPUs and memory").choices(sandboxSizes))
    .option(
      "--runs-on <label>",
      'label that the machine must have; can be repeated; replaces the project\'s labels; "any" permits every machine',
      collect,
      [],
    )
    .addOption(
      new Option("--egress <preset>", "network policy, within the organization's policy").choices(
        egressPresets,
      ),
    )
    .option("--allow <host>", "host to allow; can be repeated", collect, [])
    .option("--mcp <connection>", "MCP server to connect, by name; can be repeated", collect, [])
    .option("--budget-usd <amount>", "spending limit for models, in US dollars", usd)
    .option("--attach <file>", "file or image to attach; can be repeated", collect, [])
    .option("--plan", "plan mode: propose a plan without changing the workspace")
    .option("--reasoning <level>", "reasoning level, as named by the harness")
    .option("--speed <speed>", "normal, fast or ultrafast, if the harness supports speeds")
    .option("--goal <words>", "goal that the agent works toward until it is reached")
    .option("--goal-check <command>", "command that succeeds when the goal is reached")
    .option("--draft", "create a draft; its first message starts it")
    .option("--wait", "wait for the turn to finish; exits with 1 on failure or cancellation")
    .option("--watch", "like --wait, but show the transcript")
    .action(runs(createSession));
  addListCommand(session, runs);
  session
    .command("show")
    .description("show a session and its pull requests")
    .argument("<session>", "session ID")
    .action(runs(showSession));
  session
    .command("watch")
    .description("follow a session's transcript until the session is idle")
    .argument("<session>", "session ID")
    .option("--follow", "continue with later messages, until Ctrl-C")
    .action(runs(watchSession));
  session
    .command("diff")
    .description("show a session's changes as a patch")
    .argument("<session>", "session ID")
    .option("--repo <repository>", "only changes in this repository")
    .option("--stat", "only line counts, with one line per repository")
    .action(runs(showDiff));
  session
    .command("apply")
    .description("apply a session's changes to the files and the index of the current checkout")
    .argument("<session>", "session ID")
    .option("--repo <repository>", "repository to apply, if the session changed several")
    .action(runs(applySession));
  addFilesCommand(session, runs);
  addTerminalCommand(session, runs);
  addServiceCommands(session, runs);
  session
    .command("message")
    .description("send a message to a session")
    .argument("<session>", "session ID")
    .argument("<text>", "message, or - for standard input")
    .option("--steer", "deliver the message into the running turn instead of queueing it")
    .option(
      "--agent <harness:model>",
      'harness and model for this and later messages; "tembo harness list" lists them',
    )
    .option("--attach <file>", "file or image to attach; can be repeated", collect, [])
    .option("--wait", "wait for the turn to finish; exits with 1 on failure or cancellation")
    .action(runs(sendMessage));
  addQueueCommands(session, runs);
  session
    .command("replay")
    .description("replay a session's recorded harness output with this version, turn by turn")
    .argument("<session>", "session ID")
    .option("--turn <number>", "only this turn", wholeNumber)
    .option("--diff", "compare with the recorded events; exits with 1 if they differ")
    .option("--raw", "print the recording as JSON lines")
    .action(runs(replaySession));
  session
    .command("stop")
    .description("stop a running session")
    .argument("<session>", "session ID")
    .action(runs(stop));
  session
    .command("keep-alive")
    .description("set how long a session's sandbox stays up")
    .argument("<session>", "session ID")
    .argument("<minutes>", "minutes from now, 0 to 1440; 0 stops an idle sandbox immediately", parseMinutes)
    .action(runs(keepAlive));
  addManageCommands(session, runs);
  addAttemptCommands(session, runs);
  addSessionDecisionCommands(session, runs);
}

async function stop(cli: Cli, id: string): Promise<Outcome> {
  const stopped = await cli.client().session.stop(id);
  if (cli.isJson) cli.terminal.json(stopped);
  else {
    const count = stopped.cancelledSessions + stopped.interruptedRuntimeTurns + stopped.cancelledRuntimeTurns;
    cli.terminal.line(
      count + stopped.cancelledJobs + stopped.stoppedRuntimeSessions > 0
        ? `Stopped session ${id}.`
        : `Session ${id} was not running.`,
    );
  }
  return 0;
}

async function keepAlive(cli: Cli, id: string, minutes: number): Promise<Outcome> {
  const kept = await cli.client().session.keepAlive(id, minutes);
  if (cli.isJson) cli.terminal.json(kept);
  else if (minutes === 0) cli.terminal.line(`The sandbox of session ${id} stops when it is idle.`);
  else {
    const when = kept.isKept ? "stays up" : "will stay up after the next turn,";
    cli.terminal.line(
      `The sandbox of session ${id} ${when} until ${cli.terminal.moment(kept.keepAliveUntil ?? "")}.`,
    );
  }
  return 0;
}

function parseMinutes(value: string): number {
  const minutes = /^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  if (minutes <= 1_440) return minutes;
  throw new InvalidArgumentError("Expected minutes from 0 to 1440.");
}
