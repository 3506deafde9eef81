import { AppError, reason } from "../../core/errors.ts";
import type { Sandbox, SandboxCommand, SandboxProcess, SandboxSpec } from "../../core/ports/sandbox.ts";
import { endedProcess } from "../processes/ended-process.ts";
import { type ProcessRecords, within } from "../processes/process-records.ts";
import { buildEnvironment } from "./arguments.ts";
import { inside } from "./inside.ts";
import { ownFiles } from "./own-files.ts";
import { type StartedProcess, startProcess } from "./start-process.ts";

/** One session's machine. Each program gets a bubblewrap of its own over the same folders, so that each ends alone. */
export class BubblewrapSandbox implements Sandbox {
  readonly workspacePath = inside.workspacePath;
  readonly homePath = inside.homePath;
  readonly modelUrl = `http://127.0.0.1:${inside.modelPort}`;
  readonly uid: number;
  readonly gid: number;
  readonly #machine: Machine;
  readonly #running = new Set<StartedProcess>();
  #isStopped = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.uid = machine.uid;
    this.gid = machine.gid;
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    if (this.#isStopped) {
      throw new AppError("sandbox_unavailable", "The sandbox is stopped. Create it again to run a program.");
    }
    if (signal.aborted) return endedProcess();
    const started = this.#start(command);
    this.#running.add(started);
    signal.addEventListener("abort", started.kill);
    void started.exited.then(() => {
      this.#running.delete(started);
      signal.removeEventListener("abort", started.kill);
    });
    return started;
  }

  limitReached(): null {
    return null;
  }

  own(path: string): Promise<void> {
    const { spec } = this.#machine;
    return ownFiles(path, this, [spec.workspacePath, spec.homePath]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = [...this.#running];
    for (const started of running) started.kill();
    await within(Promise.all(running.map(({ exited }) => exited)), this.#machine.records);
  }

  #start({ argv, cwd, env }: SandboxCommand): StartedProcess {
    const { nodeFolder, records } = this.#machine;
    try {
      return startProcess({
        argv: this.#machine.argv,
        records,
        instructions: {
          argv,
          cwd,
          env: buildEnvironment(env, nodeFolder),
          modelPort: inside.modelPort,
          modelSocketPath: inside.modelSocketPath,
        },
      });
    } catch (cause) {
      throw new AppError("sandbox_unavailable", `bubblewrap could not be started: ${reason(cause)}`, {
        cause,
      });
    }
  }
}

export interface Machine {
  /** bubblewrap up to its launcher. */
  readonly argv: readonly [string, ...string[]];
  readonly nodeFolder: string;
  readonly uid: number;
  readonly gid: number;
  readonly spec: Pick<SandboxSpec, "workspacePath" | "homePath">;
  readonly records: ProcessRecords;
}
