import { AppError, reason } from "../../core/base/index.ts";
import type {
  Sandbox,
  SandboxCommand,
  SandboxProcess,
  SandboxSpec,
  SandboxTerminal,
  TerminalSize,
} from "../../core/turns/index.ts";
import { holdDoorFolder, releaseDoorFolder } from "../folders/hold-door-folder.ts";
import { ownFiles } from "../folders/own-files.ts";
import { removeDoorFolder } from "../folders/remove-door-folder.ts";
import type { DoorPlan } from "../inside/doors.ts";
import { buildEnvironment } from "../inside/environment.ts";
import { inside, toolsInside } from "../inside/places.ts";
import { encodeInstructions } from "../launcher/instructions.ts";
import type { LimitWatch } from "../limit-watch.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { type RunningProgram, RunningPrograms } from "../processes/running-programs.ts";
import { openTerminal } from "../terminal/open-terminal.ts";
import { startProcess } from "./start-process.ts";

/** One session's machine. Each program gets a bubblewrap of its own over the same folders, so that each ends alone. */
export class BubblewrapSandbox implements Sandbox {
  readonly workspacePath = inside.workspacePath;
  readonly homePath = inside.homePath;
  readonly modelUrl = `http://127.0.0.1:${inside.ports.model}`;
  readonly tools: Sandbox["tools"];
  readonly uid: number;
  readonly gid: number;
  readonly #machine: Machine;
  readonly #programs: RunningPrograms;
  readonly #watches: readonly LimitWatch[];

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#programs = new RunningPrograms(machine.records);
    this.#watches = machine.startWatches(() => this.#programs.killAll());
    this.tools = toolsInside(machine.nodeFolder);
    this.uid = machine.uid;
    this.gid = machine.gid;
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#programs.start(() => this.#start(command), signal);
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    return openTerminal(this, command, size, signal);
  }

  limitReached(): string | null {
    const sentences = this.#watches.flatMap((watch) => watch.limitReached() ?? []);
    return sentences.length === 0 ? null : sentences.join(" ");
  }

  pause(): Promise<boolean> {
    return this.#programs.pause();
  }

  resume(): void {
    this.#programs.resume();
  }

  memoryBytes(): number {
    return this.#programs.memoryBytes();
  }

  own(path: string): Promise<void> {
    const { spec } = this.#machine;
    return ownFiles(path, this, [spec.workspacePath, spec.homePath]);
  }

  async stop(): Promise<void> {
    await this.#programs.stop();
    for (const watch of this.#watches) await watch.end();
    releaseDoorFolder(this.#machine.spec);
    await removeDoorFolder(this.#machine.spec);
  }

  #start({ argv, cwd, env }: SandboxCommand): RunningProgram {
    const { argv: bubblewrap, enter, nodeFolder, records, spec, doors, filterPath } = this.#machine;
    const complete = buildEnvironment(env, {
      homePath: inside.homePath,
      nodeFolder,
      tmpPath: "/tmp",
      egressUrl: `http://127.0.0.1:${inside.ports.egress}`,
      toolsUrl: this.tools.url,
      certificates:
        spec.trustedCertificate === null
          ? null
          : { allPath: inside.certificatesPath, trustedPath: inside.trustedCertificatePath },
    });
    try {
      holdDoorFolder(spec);
      return startProcess({
        argv: [...enter(), ...bubblewrap],
        records,
        filterPath,
        instructions: encodeInstructions({ doors: doors.forwards, argv, cwd, env: complete }),
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
  readonly argv: readonly string[];
  /** The start of a command line that puts a program under the sandbox's limits. */
  readonly enter: () => [string, ...string[]];
  readonly nodeFolder: string;
  readonly uid: number;
  readonly gid: number;
  readonly spec: Pick<
    SandboxSpec,
    "sessionId" | "doors" | "workspacePath" | "homePath" | "trustedCertificate"
  >;
  readonly doors: DoorPlan;
  /** File of the system call filter. */
  readonly filterPath: string;
  readonly records: ProcessRecords;
  /** `endPrograms` is for a watch whose limit the kernel does not keep. */
  readonly startWatches: (endPrograms: () => void) => readonly LimitWatch[];
}
