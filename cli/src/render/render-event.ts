import type { EventOf, EventType } from "@tembo-io/sdk";
import { safeJson } from "../clean.ts";
import { styled } from "../terminal.ts";
import * as decisions from "./decisions.ts";
import * as harness from "./harness.ts";
import * as lifecycle from "./lifecycle.ts";
import * as messages from "./messages.ts";
import { lines, type Memory, type Rendered } from "./rendered.ts";
import * as results from "./results.ts";
import { toolCall } from "./tool-call.ts";

type Renderers = { readonly [T in EventType]: (event: EventOf<T>, memory: Memory) => Rendered };

const renderers: Renderers = {
  "session.created": lifecycle.sessionCreated,
  "session.titled": lifecycle.sessionTitled,
  "session.agentChanged": messages.agentChanged,
  "session.archived": lifecycle.sessionArchived,
  "session.unarchived": lifecycle.sessionUnarchived,
  "message.queued": messages.messageQueued,
  "message.edited": messages.messageEdited,
  "message.moved": messages.messageMoved,
  "message.deleted": messages.messageDeleted,
  "message.steered": messages.messageSteered,
  "turn.queued": lifecycle.turnQueued,
  "turn.started": lifecycle.turnStarted,
  "turn.resumed": lifecycle.turnResumed,
  "turn.step": lifecycle.turnStep,
  "turn.completed": lifecycle.turnCompleted,
  "turn.failed": lifecycle.turnFailed,
  "turn.cancelled": lifecycle.turnCancelled,
  "hook.finished": lifecycle.hookFinished,
  "artifact.created": harness.artifactCreated,
  "response.given": harness.responseGiven,
  "tool.called": harness.toolCalled,
  "egress.denied": lifecycle.egressDenied,
  "service.changed": lifecycle.serviceChanged,
  "turn.metered": lifecycle.turnMetered,
  "sandbox.kept": lifecycle.sandboxKept,
  "sandbox.stopped": lifecycle.sandboxStopped,
  "preview.published": lifecycle.previewPublished,
  "preview.removed": lifecycle.previewRemoved,
  "terminal.opened": lifecycle.terminalOpened,
  "terminal.closed": lifecycle.terminalClosed,
  "workspaceFile.saved": lifecycle.workspaceFileSaved,
  "permission.requested": decisions.permissionRequested,
  "permission.answered": decisions.permissionAnswered,
  "question.asked": decisions.questionAsked,
  "question.answered": decisions.questionAnswered,
  "plan.proposed": decisions.planProposed,
  "goal.checked": decisions.goalChecked,
  notice: lifecycle.notice,
  "commit.created": results.commitCreated,
  "branch.pushed": results.branchPushed,
  "pullRequest.opened": results.pullRequestOpened,
  "pullRequest.updated": results.pullRequestUpdated,
  text: harness.text,
  thought: harness.thought,
  toolCall,
  plan: harness.plan,
  title: harness.title,
  mode: harness.mode,
  availableCommands: harness.availableCommands,
  usage: harness.usage,
  "harness.ended": harness.harnessEnded,
};

/**
 * Renders an event. If this version does not know the event type, or if expected fields are missing, shows the event as
 * received.
 */
export function renderEvent(data: { readonly type: string }, memory: Memory): Rendered {
  if (!Object.hasOwn(renderers, data.type)) return plainly(data);
  const render = renderers[data.type as EventType] as (event: unknown, memory: Memory) => Rendered;
  try {
    return render(data, memory);
  } catch (error) {
    // A TypeError means that a server with another version omitted a field. Any other error is a bug.
    if (error instanceof TypeError) return plainly(data);
    throw error;
  }
}

function plainly({ type, ...rest }: { readonly type: string }): Rendered {
  return lines([styled("bold", type), ` ${safeJson(rest).slice(0, 1000)}`]);
}
