import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
import { buildEnvironment } from "../inside/environment.ts";
import { inside, toolsInside } from "../inside/places.ts";
import { encodeInstructions } from "../launcher/instructions.ts";
import type { LimitWatch } from "../limit-watch.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { type RunningProgram, RunningPrograms } from "../processes/running-programs.ts";
import { openTerminal } from "../terminal/open-terminal.ts";
import { type BundleInput, describeContainer } from "./bundle.ts";
import { findContainers } from "./find-containers.ts";
import { startContainer } from "./start-container.ts";

export interface Machine {
  /** What comes before runsc: it joins the control groups, and more that runsc cannot be told. */
  readonly before: () => readonly string[];
  readonly runsc: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly spec: Pick<
    SandboxSpec,
    "sessionId" | "workspacePath" | "homePath" | "trustedCertificate" | "doors"
  >;
  readonly bundle: BundleInput;
  /** Holds a folder for each program while it runs. */
  readonly stateFolder: string;
  readonly records: ProcessRecords;
  /** `endPrograms` is for a watch whose limit the kernel does not keep. */
  readonly startWatches: (endPrograms: () => void) => readonly LimitWatch[];
  readonly startsWithinMs: number;
  readonly label?: (argv: readonly string[]) => string;
}

/** One session's machine. Each program gets a gVisor of its own over the same folders, so that each ends alone. */
export class RunscSandbox implements Sandbox {
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
    // The programs inside are no processes of the host: what runs their code is found by its folder.
    this.#programs = new RunningPrograms(machine.records, () => {
      const outside = findContainers(machine.stateFolder);
      return [...outside, ...findDescendants(...outside.map(({ pid }) => pid))];
    });
    this.#watches = machine.startWatches(() => this.#programs.killAll());
    this.tools = toolsInside(machine.bundle.nodeFolder);
    this.uid = machine.owner.uid;
    this.gid = machine.owner.gid;
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
    const { bundle, before, runsc, spec, records, stateFolder, label, startsWithinMs } = this.#machine;
    const id = `${label?.(argv) ?? ""}${randomUUID()}`;
    const folder = join(stateFolder, id);
    const complete = buildEnvironment(env, {
      homePath: inside.homePath,
      nodeFolder: bundle.nodeFolder,
      tmpPath: "/tmp",
      egressUrl: `http://127.0.0.1:${inside.ports.egress}`,
      toolsUrl: this.tools.url,
      certificates:
        spec.trustedCertificate === null
          ? null
          : { allPath: inside.certificatesPath, trustedPath: inside.trustedCertificatePath },
    });
    const flags = [...runscFlags(folder), "run", `--bundle=${folder}`, "--pass-fd=3:3", id];
    try {
      holdDoorFolder(spec);
      mkdirSync(join(folder, "state"), { recursive: true, mode: 0o700 });
      // Before each program, as a door may have opened since the last.
      writeFileSync(join(folder, "config.json"), JSON.stringify(describeContainer(bundle)));
      return startContainer({
        argv: [...before(), runsc, ...flags],
        folder,
        records,
        startsWithinMs,
        instructions: encodeInstructions({ doors: bundle.doors.forwards, argv, cwd, env: complete }),
      });
    } catch (cause) {
      throw new AppError("sandbox_unavailable", `runsc could not be started: ${reason(cause)}`, { cause });
    }
  }
}

/**
 * systrap needs nothing of the hardware. Writes go to the folders themselves (no overlay), sockets that are mounted can be opened,
 * none can be made for the host to see, and the control groups are the caller's.
 */
function runscFlags(folder: string): string[] {
  return [
    `--root=${folder}/state`,
    "--platform=systrap",
    "--network=none",
    "--host-uds=open",
    "--overlay2=none",
    "--ignore-cgroups",
    ...(process.getuid?.() === 0 ? [] : ["--rootless"]),
  ];
}
