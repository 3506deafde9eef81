import { randomBytes } from "node:crypto";
import { AppError, type Measure, withStartReason } from "../core/base/index.ts";
import type {
  ForwardedConnection,
  ForwardedSocket,
  ForwardName,
  ImportPriority,
  Omissions,
  Sandbox,
  SandboxCommand,
  SandboxFolder,
  SandboxProcess,
  SandboxTerminal,
  TerminalSize,
} from "../core/turns/index.ts";
import { readFile } from "./files/read-file.ts";
import { exportFolder, importFolder } from "./files/transfer-folder.ts";
import type { LocalSpec } from "./folders/session-folders.ts";
import type { FileOwner } from "./folders/session-owner.ts";
import { heldSocketPrefix } from "./folders/sockets-folder.ts";
import { socketAt } from "./forwards/listen-at-socket.ts";
import { requirePort } from "./forwards/require-port.ts";
import { socketPathIn } from "./forwards/socket-names.ts";
import type { InitProcess } from "./init/init-process.ts";
import { RunningInit } from "./init/running-init.ts";
import { SandboxInit } from "./init/sandbox-init.ts";
import { buildEnvironment, type Surroundings } from "./inside/environment.ts";
import { initForwards } from "./inside/forwards.ts";
import { inside, toolsInside } from "./inside/places.ts";
import type { LimitWatch } from "./limit-watch.ts";
import type { Pausing } from "./processes/pausable-processes.ts";
import type { ProcessRecords } from "./processes/process-records.ts";
import { type RunningProgram, RunningPrograms } from "./processes/running-programs.ts";
import { openTerminal, type TerminalPlace } from "./terminal/open-terminal.ts";

export interface MountedSandboxOptions {
  /** Name, for messages, of the program that creates the sandbox. */
  readonly programName: string;
  readonly spec: LocalSpec;
  /** User of the sandbox's first process on this machine. */
  readonly owner: FileOwner;
  /** Folder that contains `node` and the `tembo` program. It has the same path inside the sandbox. */
  readonly nodeFolder: string;
  readonly records: ProcessRecords;
  /** Starts the first process of the sandbox. Throws if the program that starts it cannot be executed. */
  readonly startInit: () => InitProcess;
  /** User of the programs, or null if init already runs as this user. */
  readonly programUser?: FileOwner | null;
  /** Time limit for the sandbox to start, in milliseconds. */
  readonly startsWithinMs?: number | undefined;
  /** Prepared system of the sandbox, with the command that runs Perl in it. Null for the programs of this machine. */
  readonly system?: Surroundings["system"];
  readonly perl?: TerminalPlace["perl"];
  readonly pausing: (init: SandboxInit) => Pausing;
  /** Releases what the sandbox holds on this machine, after its last process has ended. */
  readonly release: () => Promise<void>;
  /** Starts the limit watches. Watches of limits that the kernel does not enforce call `endPrograms`. */
  readonly startWatches: (endPrograms: () => void) => readonly LimitWatch[];
  readonly measure?: Measure | undefined;
}

/** Time limit for a sandbox to start. gVisor can hang during the start, for example on a host whose virtualization it cannot use. */
const startsWithinMs = 30_000;

/** Sandbox that mounts folders of this machine. Its init starts every program, so that the programs share processes and ports. */
export class MountedSandbox implements Sandbox {
  readonly workspacePath = inside.workspacePath;
  readonly homePath = inside.homePath;
  readonly modelUrl = `http://127.0.0.1:${inside.ports.model}`;
  readonly tools: Sandbox["tools"];
  readonly #options: MountedSandboxOptions;
  readonly #init: SandboxInit;
  readonly #programs: RunningPrograms;
  readonly #pausing: Pausing;
  readonly #watches: readonly LimitWatch[];
  #isMeasured = false;

  constructor(options: MountedSandboxOptions) {
    this.#options = options;
    this.#init = new SandboxInit(() => this.#launch());
    this.#programs = new RunningPrograms(options.records, this.#init);
    this.#pausing = options.pausing(this.#init);
    this.#watches = options.startWatches(() => this.#programs.killAll());
    this.tools = toolsInside(options.nodeFolder);
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#startAs(this.#complete(command), signal);
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    const sandbox = { spawn: this.#startAs.bind(this) };
    return openTerminal({ sandbox, perl: this.#options.perl }, this.#complete(command), size, signal);
  }

  forward(name: ForwardName): ForwardedSocket {
    const { spec, owner } = this.#options;
    return socketAt({ socketPath: socketPathIn(spec.socketsPath, name), ...owner });
  }

  async connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    this.#programs.requireRunning();
    requirePort(port, Object.values(inside.ports));
    return this.#init.connect(port, signal);
  }

  readFile(path: string, maxBytes: number): Promise<Buffer | null> {
    return readFile(this, this.#options.spec, path, maxBytes);
  }

  exportFolder(
    folder: SandboxFolder,
    signal: AbortSignal,
    omissions: Omissions = { paths: [] },
  ): AsyncIterable<Buffer> {
    return exportFolder(this, { folder, omissions }, signal);
  }

  importFolder(
    folder: SandboxFolder,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
    priority: ImportPriority = "normal",
  ): Promise<void> {
    return importFolder(this, { folder, priority }, archive, signal);
  }

  limitReached(): string | null {
    const sentences = this.#watches.flatMap((watch) => watch.limitReached() ?? []);
    return sentences.length === 0 ? null : sentences.join(" ");
  }

  pause(): Promise<boolean> {
    return this.#pausing.pause();
  }

  resume(): Promise<void> {
    return this.#pausing.resume();
  }

  memoryBytes(): Promise<number> {
    return this.#pausing.memoryBytes();
  }

  async stop(): Promise<void> {
    await this.#programs.stop();
    for (const watch of this.#watches) await watch.end();
    this.#measureLimits();
    await this.#options.release();
  }

  /** Counts each limit once, at the first stop. */
  #measureLimits(): void {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    for (const limit of this.#watches.flatMap((watch) => watch.reachedLimits()))
      this.#options.measure?.({ kind: "limitReached", limit });
  }

  /** Adds the variables of the sandbox to those of a command. */
  #complete({ argv, cwd, env }: SandboxCommand): SandboxCommand {
    const { spec, nodeFolder } = this.#options;
    const complete = buildEnvironment(env, {
      homePath: inside.homePath,
      nodeFolder,
      tmpPath: "/tmp",
      egressUrl: `http://127.0.0.1:${inside.ports.egress}`,
      toolsUrl: this.tools.url,
      system: this.#options.system ?? null,
      certificates:
        spec.trustedCertificate === null
          ? null
          : { allPath: inside.certificatesPath, trustedPath: inside.trustedCertificatePath },
    });
    return { argv, cwd, env: complete };
  }

  /** Starts a command with exactly its variables. */
  #startAs(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#programs.start(() => this.#startProgram(command), signal);
  }

  #startProgram(command: SandboxCommand): RunningProgram {
    try {
      return this.#init.start(command);
    } catch (cause) {
      const sentence = withStartReason(`${this.#options.programName} could not be started`, cause);
      throw new AppError("sandbox_unavailable", sentence, { cause });
    }
  }

  #launch(): RunningInit {
    const { spec, owner, startInit, programUser = null } = this.#options;
    // Workers in other containers have the same process IDs.
    const name = `${heldSocketPrefix}${randomBytes(4).toString("hex")}`;
    return new RunningInit({
      process: startInit(),
      settings: {
        architecture: process.arch,
        user: programUser,
        streamsPath: `${inside.socketsPath}/${name}`,
        forwards: initForwards,
      },
      streamsPlace: { socketPath: `${spec.socketsPath}/${name}`, ...owner },
      startsWithinMs: this.#options.startsWithinMs ?? startsWithinMs,
    });
  }
}
