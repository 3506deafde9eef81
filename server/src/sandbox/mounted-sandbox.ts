import { AppError, withReason } from "../core/base/index.ts";
import type {
  ForwardedSocket,
  ForwardName,
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
import { socketAt } from "./forwards/listen-at-socket.ts";
import { socketPathIn } from "./forwards/socket-names.ts";
import { buildEnvironment } from "./inside/environment.ts";
import { inside, toolsInside } from "./inside/places.ts";
import type { LimitWatch } from "./limit-watch.ts";
import type { RunningProgram, RunningPrograms } from "./processes/running-programs.ts";
import { openTerminal } from "./terminal/open-terminal.ts";
import type { FileOwner } from "./workspaces.ts";

export interface MountedSandboxOptions {
  /** Name, for messages, of the program that creates the sandbox. */
  readonly programName: string;
  readonly spec: LocalSpec;
  readonly owner: FileOwner;
  /** Folder that contains `node` and the `tembo` program. It has the same path inside the sandbox. */
  readonly nodeFolder: string;
  readonly programs: RunningPrograms;
  /** Starts a program. The command's environment is already complete. */
  readonly start: (command: SandboxCommand) => RunningProgram;
  /** Releases the folder that contains the sandbox's sockets. */
  readonly releaseSockets: () => Promise<void>;
  /** Starts the limit watches. Watches of limits that the kernel does not enforce call `endPrograms`. */
  readonly startWatches: (endPrograms: () => void) => readonly LimitWatch[];
}

/**
 * Sandbox that mounts folders of this machine. Each program runs in a separate isolated environment with the same folders, so that each
 * program can be killed separately.
 */
export class MountedSandbox implements Sandbox {
  readonly workspacePath = inside.workspacePath;
  readonly homePath = inside.homePath;
  readonly modelUrl = `http://127.0.0.1:${inside.ports.model}`;
  readonly tools: Sandbox["tools"];
  readonly #options: MountedSandboxOptions;
  readonly #watches: readonly LimitWatch[];

  constructor(options: MountedSandboxOptions) {
    this.#options = options;
    this.#watches = options.startWatches(() => options.programs.killAll());
    this.tools = toolsInside(options.nodeFolder);
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#options.programs.start(() => this.#start(command), signal);
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    return openTerminal(this, command, size, signal);
  }

  forward(name: ForwardName): ForwardedSocket {
    const { spec, owner } = this.#options;
    return socketAt({ socketPath: socketPathIn(spec.socketsPath, name), ...owner });
  }

  readFile(path: string, maxBytes: number): Promise<Buffer | null> {
    return readFile(this, this.#options.spec, path, maxBytes);
  }

  exportFolder(folder: SandboxFolder, signal: AbortSignal): AsyncIterable<Buffer> {
    return exportFolder(this, folder, signal);
  }

  importFolder(folder: SandboxFolder, archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    return importFolder(this, folder, archive, signal);
  }

  limitReached(): string | null {
    const sentences = this.#watches.flatMap((watch) => watch.limitReached() ?? []);
    return sentences.length === 0 ? null : sentences.join(" ");
  }

  pause(): Promise<boolean> {
    return this.#options.programs.pause();
  }

  async resume(): Promise<void> {
    this.#options.programs.resume();
  }

  async memoryBytes(): Promise<number> {
    return this.#options.programs.memoryBytes();
  }

  async stop(): Promise<void> {
    await this.#options.programs.stop();
    for (const watch of this.#watches) await watch.end();
    await this.#options.releaseSockets();
  }

  #start({ argv, cwd, env }: SandboxCommand): RunningProgram {
    const { programName, spec, nodeFolder, start } = this.#options;
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
      return start({ argv, cwd, env: complete });
    } catch (cause) {
      throw new AppError("sandbox_unavailable", withReason(`${programName} could not be started`, cause), {
        cause,
      });
    }
  }
}
