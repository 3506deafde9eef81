import type { EventOf } from "@tembo-io/sdk";
import { counted, microDollars } from "../format.ts";
import { type Span, styled } from "../terminal.ts";
import { lines, type Memory, nothing, type Rendered } from "./rendered.ts";
import { noTokens, tokensText } from "./tokens.ts";

export function sessionCreated(
  { agent, repositories }: EventOf<"session.created">,
  { names }: Memory,
): Rendered {
  const where = repositories.length === 0 ? "an empty workspace" : repositories.join(", ");
  return lines([styled("bold", "session"), ` ${names.agent(agent)} on ${where}`]);
}

export function sessionTitled({ title }: EventOf<"session.titled">): Rendered {
  return lines([styled("dim", `title: ${title}`)]);
}

export function sessionArchived(): Rendered {
  return lines([styled("dim", "archived")]);
}

export function sessionUnarchived(): Rendered {
  return lines([styled("dim", "unarchived")]);
}

export function turnQueued({ number }: EventOf<"turn.queued">): Rendered {
  return lines([styled("dim", `turn ${number} queued`)]);
}

export function turnStarted({ number }: EventOf<"turn.started">, { harnessTokens }: Memory): Rendered {
  Object.assign(harnessTokens, noTokens());
  return lines([styled("bold", `turn ${number} started`)]);
}

export function turnResumed({ attempt }: EventOf<"turn.resumed">): Rendered {
  return lines([styled("yellow", `turn resumed (attempt ${attempt})`)]);
}

export function turnStep({ step, message }: EventOf<"turn.step">): Rendered {
  return lines([styled("cyan", `${step}: `), message]);
}

export function turnCompleted({ message }: EventOf<"turn.completed">, memory: Memory): Rendered {
  return turnEnd(memory, [styled("green", "completed: "), message]);
}

export function turnFailed({ error }: EventOf<"turn.failed">, memory: Memory): Rendered {
  return turnEnd(memory, [styled("red", "failed: "), error.message]);
}

export function turnCancelled({ message }: EventOf<"turn.cancelled">, memory: Memory): Rendered {
  return turnEnd(memory, [styled("yellow", "cancelled: "), message]);
}

function turnEnd({ harnessTokens }: Memory, outcome: readonly Span[]): Rendered {
  const isCounted = Object.values(harnessTokens).some((count) => count > 0);
  const tokens = isCounted ? [[styled("dim", `models: ${tokensText(harnessTokens)}`)]] : [];
  Object.assign(harnessTokens, noTokens());
  return lines(...tokens, outcome);
}

export function hookFinished(event: EventOf<"hook.finished">): Rendered {
  const { hook, repository, command, exitCode, output } = event;
  const head = [styled(exitCode === 0 ? "dim" : "red", `${hook} of ${repository}: `), command];
  if (exitCode === 0) return lines(head);
  const tail = output.trimEnd().split("\n").slice(-10);
  return lines([...head, ` (exit code ${exitCode})`], ...tail.map((line) => [styled("dim", `  ${line}`)]));
}

export function sandboxKept({ until }: EventOf<"sandbox.kept">, { moment }: Memory): Rendered {
  return lines([styled("dim", `sandbox stays up until ${moment(until)}`)]);
}

export function serviceChanged({ name, state, port, output }: EventOf<"service.changed">): Rendered {
  const head = styled(state === "failed" ? "red" : "dim", `service ${name}: `);
  const where = state === "ready" && port !== null ? ` on port ${port}` : "";
  return lines(
    [head, `${state}${where}`],
    ...(output?.split("\n") ?? []).map((line) => [styled("dim", `  ${line}`)]),
  );
}

export function previewPublished({ port, name }: EventOf<"preview.published">): Rendered {
  return lines([styled("bold", "port published"), ` ${port}${name === null ? "" : ` (${name})`}`]);
}

export function previewRemoved({ port }: EventOf<"preview.removed">): Rendered {
  return lines([styled("dim", `port ${port} is no longer published`)]);
}

export function terminalOpened(_: EventOf<"terminal.opened">): Rendered {
  return lines([styled("dim", "terminal opened in the sandbox")]);
}

export function terminalClosed({ reason }: EventOf<"terminal.closed">): Rendered {
  return lines([styled("dim", `terminal closed: ${reason}`)]);
}

export function workspaceFileSaved({ path }: EventOf<"workspaceFile.saved">): Rendered {
  return lines([styled("dim", `a person saved ${JSON.stringify(path)}`)]);
}

export function sandboxStopped({ reason }: EventOf<"sandbox.stopped">): Rendered {
  return lines([styled("dim", `sandbox stopped: ${reason}`)]);
}

export function notice({ message }: EventOf<"notice">): Rendered {
  return message === "" ? nothing : lines([styled("yellow", "note: "), message]);
}

export function egressDenied({ host, port, reason }: EventOf<"egress.denied">): Rendered {
  const why =
    reason === "notPublic"
      ? "its address is not public"
      : `not allowed; "tembo egress set" changes the network policy`;
  return lines([styled("yellow", "network access denied: "), `${host}:${port}`, styled("dim", ` (${why})`)]);
}

/** Prints the model gateway's token count, which includes the cost, and discards the harness's count. */
export function turnMetered(usage: EventOf<"turn.metered">, { harnessTokens }: Memory): Rendered {
  Object.assign(harnessTokens, noTokens());
  const tokens = tokensText({
    input: usage.inputTokens,
    cached: usage.cachedInputTokens,
    cacheWrite: usage.cacheWriteTokens,
    output: usage.outputTokens,
  });
  const unpriced =
    usage.unpricedRequests === 0
      ? ""
      : `, excluding ${counted(usage.unpricedRequests, "request")} with an unknown price`;
  return lines([styled("dim", `models: ${tokens}, ${microDollars(usage.costMicroUsd)}${unpriced}`)]);
}
