import { AppError } from "../../base/index.ts";
import type { ProjectService } from "../../sessions/index.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";
import { type ServiceProcess, serviceArgv, startService } from "./service-process.ts";
import type { ServiceRecorder } from "./service-recorder.ts";
import { readyLimitMs, waitUntilReady } from "./wait-until-ready.ts";

export type ServiceState = "started" | "ready" | "failed" | "exited";

export interface ServiceChange {
  readonly name: string;
  readonly state: ServiceState;
  /** Port at which the service is ready, or null. */
  readonly port: number | null;
  /** End of the output of a service that failed or exited, or null. */
  readonly output: string | null;
}

/** Services of one sandbox. */
export interface RunningServices {
  /** Returns the services that have exited since the last call. */
  takeExited(): ServiceChange[];
  /** Sends SIGTERM to all services, so that they can store their data. Kills those that still run after five seconds. */
  end(): Promise<void>;
  /** Records that the services stop with the sandbox. Call it before the sandbox stops. Never rejects. */
  recordStop(): Promise<void>;
}

interface Services {
  readonly services: readonly ProjectService[];
  recorderOf(service: ProjectService): ServiceRecorder;
  readonly program: Omit<SandboxCommand, "argv">;
  mask(text: string): string;
  onChange(change: ServiceChange): Promise<void>;
}

const maxLines = 20;
const maxOutputLength = 2_000;
const endingLimitMs = 5_000;

/**
 * Starts services in order, each when the one before is ready. They run until the sandbox stops. Throws
 * `service_failed`, with the last lines of the output, if a service exits first or is not ready within a minute.
 */
export async function runServices(
  sandbox: Sandbox,
  { services, recorderOf, program, mask, onChange }: Services,
  signal: AbortSignal,
): Promise<RunningServices> {
  const running = new Map<string, ServiceProcess>();
  const recorders = new Set<ServiceRecorder>();
  const recordStop = async () => {
    await Promise.all([...recorders].map((recorder) => recorder.close()));
  };
  const exited: ServiceChange[] = [];
  try {
    for (const service of services) {
      const recorder = recorderOf(service);
      recorders.add(recorder);
      recorder.start();
      const command = { argv: serviceArgv(service.command), ...program };
      const started = startService(sandbox, command, (chunk) => recorder.add(chunk));
      void started.exited.then((code) => recorder.exited(code));
      running.set(service.name, started);
      await onChange(changeOf(service, "started"));
      await requireReady(sandbox, { service, started, program, mask, onChange }, signal);
      recorder.ready();
      void started.exited.then(() => exited.push(changeOf(service, "exited", mask(started.output()))));
    }
  } catch (cause) {
    const recorded = recordStop();
    for (const process of running.values()) process.stop();
    await recorded;
    throw cause;
  }
  return {
    takeExited: () => exited.splice(0),
    recordStop,
    end: async () => {
      for (const recorder of recorders) recorder.stop();
      await Promise.all([...running.values()].map((process) => process.end(endingLimitMs)));
    },
  };
}

async function requireReady(
  sandbox: Sandbox,
  {
    service,
    started,
    program,
    mask,
    onChange,
  }: {
    readonly service: ProjectService;
    readonly started: ServiceProcess;
  } & Omit<Services, "services" | "recorderOf">,
  signal: AbortSignal,
): Promise<void> {
  if (service.ready === null) return onChange(changeOf(service, "ready"));
  const ended = new AbortController();
  let exit: { readonly code: number | null } | null = null;
  void started.exited.then((code) => {
    exit = { code };
    ended.abort();
  });
  const isReady = await waitUntilReady(
    sandbox,
    service.ready,
    program,
    AbortSignal.any([signal, ended.signal]),
  );
  signal.throwIfAborted();
  if (isReady) return onChange(changeOf(service, "ready"));
  const failed = changeOf(service, "failed", mask(started.output()));
  await onChange(failed);
  throw new AppError("service_failed", describeFailedService(failed, exit));
}

/** Returns the message for a service that is not ready. `exit` is null if the service still runs. Pure. */
export function describeFailedService(
  { name, output }: Pick<ServiceChange, "name" | "output">,
  exit: { readonly code: number | null } | null,
): string {
  const how =
    exit === null
      ? `was not ready within ${readyLimitMs / 1000} seconds`
      : `exited ${exit.code === null ? "because of a signal" : `with code ${exit.code}`} before it was ready`;
  return `The service ${name} ${how}. Change its command or its check in the project.${output === null ? "" : ` Its last lines:\n${output}`}`;
}

function changeOf({ name, ready }: ProjectService, state: ServiceState, output = ""): ServiceChange {
  const lines = output.trimEnd().split("\n").slice(-maxLines).join("\n").slice(-maxOutputLength);
  return { name, state, port: ready !== null && "tcp" in ready ? ready.tcp : null, output: lines || null };
}
