import { AppError, asSentence } from "../../base/index.ts";
import { appendEvent, type Project, type ProjectSnapshot } from "../../sessions/index.ts";
import { runServices, type ServiceChange } from "../service/run-services.ts";
import { runStartScript } from "../service/run-start-script.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { createServiceRecorders } from "./create-service-recorders.ts";
import { environmentOf } from "./open-in-environment.ts";
import { publishForwardedPorts } from "./publish-forwarded-ports.ts";
import type { TurnContext } from "./turn-context.ts";

const maxOutputLength = 2_000;

/**
 * Publishes the ports that the dev container forwards, starts the services of the session's project in a new sandbox, and
 * then runs its start script. In a sandbox that was kept running, reports the services that have exited. Throws `service_failed` if a service does not become ready. A failed
 * start script only causes a notice, and so does a failed service of a session without the environment. In a sandbox
 * without the project's system, starts nothing and appends a notice.
 */
export async function startServices(
  context: TurnContext,
  warm: WarmSandbox,
  signal: AbortSignal,
): Promise<void> {
  const { project, masker } = context;
  if (project === null) return;
  const onChange = (change: ServiceChange) => appendChange(context, warm, change);
  if (warm.services !== null) {
    for (const change of warm.services.takeExited()) await onChange(change);
    return;
  }
  const program = { cwd: warm.surroundings.cwd, env: warm.surroundings.env };
  const mask = (text: string) => masker.mask(text);
  const record = (services: Project["services"]) => createServiceRecorders(context, warm.number, services);
  const run = (services: Project["services"], recorderOf: Awaited<ReturnType<typeof record>>) =>
    runServices(warm.sandbox, { services, recorderOf, program, mask, onChange }, signal);
  const snapshot = await environmentOf(context);
  if (project.source.kind !== "machine" && !warm.hasSystem) {
    warm.services = await run([], await record([]));
    if (project.services.length > 0 || hasText(project.startScript) || hasText(snapshot?.base?.startScript))
      await note(
        context,
        warm,
        "The services and the start script do not run, because the sandbox does not have the project's system. Check the builds of the project, then start a new session.",
      );
    return;
  }
  // Not after the services, because one that does not become ready ends the turn.
  await publishForwardedPorts(context, snapshot?.base?.ports ?? []);
  const recorderOf = await record(project.services);
  try {
    warm.services = await run(project.services, recorderOf);
  } catch (cause) {
    if (!mayLackFiles(project, snapshot) || !isFailedService(cause)) throw cause;
    // Keeps the log of the failed service.
    warm.services = await run([], recorderOf);
    await note(
      context,
      warm,
      `The services do not run, because the session has no environment. ${asSentence(cause)}`,
    );
  }
  await runStart(
    context,
    warm,
    { what: "dev container's postStartCommand", script: snapshot?.base?.startScript ?? "" },
    signal,
  );
  await runStart(
    context,
    warm,
    { what: "project's start script", script: project.startScript ?? "" },
    signal,
  );
}

/** True if the files that the setup script makes are missing, on which a service may depend. */
const mayLackFiles = ({ setupScript }: Project, snapshot: ProjectSnapshot | null) =>
  snapshot === null && hasText(setupScript);

const isFailedService = (cause: unknown) => cause instanceof AppError && cause.code === "service_failed";

const hasText = (script: string | null | undefined) => (script ?? "").trim() !== "";

function note(context: TurnContext, warm: WarmSandbox, message: string): Promise<void> {
  const key = `services:${context.lease.attempt}:${warm.number}`;
  return appendEvent(context, key, { type: "notice", message: context.masker.mask(message) });
}

async function runStart(
  context: TurnContext,
  warm: WarmSandbox,
  { what, script }: { readonly what: string; readonly script: string },
  signal: AbortSignal,
): Promise<void> {
  if (!hasText(script)) return;
  const program = { cwd: warm.surroundings.cwd, env: warm.surroundings.env };
  const { exitCode, output } = await runStartScript(warm.sandbox, script, program, signal);
  if (exitCode === 0) return;
  const how = exitCode === null ? "still runs after a minute" : `exited with code ${exitCode}`;
  await appendEvent(context, `startScript:${context.lease.attempt}:${warm.number}:${what}`, {
    type: "notice",
    message: `The ${what} ${how}.\n${context.masker.mask(output).trim().slice(-maxOutputLength)}`,
  });
}

function appendChange(context: TurnContext, warm: WarmSandbox, change: ServiceChange): Promise<void> {
  const key = `service:${context.lease.attempt}:${warm.number}:${change.name}:${change.state}`;
  return appendEvent(context, key, { type: "service.changed", ...change });
}
