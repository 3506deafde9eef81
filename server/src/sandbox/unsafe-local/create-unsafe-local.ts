import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError, type Logger, withStartReason } from "../../core/base/index.ts";
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
  SandboxProvider,
  SandboxTerminal,
  TerminalSize,
} from "../../core/turns/index.ts";
import { readFile } from "../files/read-file.ts";
import { exportFolder, importFolder } from "../files/transfer-folder.ts";
import { makeOwnFolders } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { type LocalSpec, localSpec, sessionFolders } from "../folders/session-folders.ts";
import { sessionOwner } from "../folders/session-owner.ts";
import { requirePort } from "../forwards/require-port.ts";
import { forwardNames } from "../forwards/socket-names.ts";
import { buildEnvironment, type Certificates } from "../inside/environment.ts";
import { writeGitConfig } from "../inside/git-config.ts";
import { publishFile } from "../inside/publish-file.ts";
import { publishCertificates } from "../inside/session-files.ts";
import { findBundles } from "../inside/system-certificates.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import { type Pausing, pausableProcesses } from "../processes/pausable-processes.ts";
import type { ProcessIdentity } from "../processes/process-identity.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { type RunningProgram, RunningPrograms } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { openTerminal } from "../terminal/open-terminal.ts";
import { connectToLoopback } from "./connect-to-loopback.ts";
import { findByTmpdir } from "./find-processes.ts";
import { type ForwardedPort, openPort } from "./forwarded-port.ts";
import { killAll, startLocalProcess } from "./start-local-process.ts";

export interface UnsafeLocalOptions {
  readonly dataDir: string;
  /** Folder of the Node binary, which is first on the programs' PATH. */
  readonly nodeFolder: string;
  readonly log: Logger;
}

/** Runs programs without isolation, as the server's own user, with all of that user's permissions. The operator must select this sandbox by name. */
export function createUnsafeLocal(options: UnsafeLocalOptions): SandboxProvider {
  return {
    name: "unsafe-local",
    async check() {
      options.log.warn(
        {},
        "TEMBO_SANDBOX=unsafe-local: harnesses run without isolation, as the server's user",
      );
    },
    create: (spec) => createSandbox(options, localSpec(options.dataDir, spec)),
    clear: async (sessionId) => {
      const { ownPath } = sessionFolders(options.dataDir, { sessionId });
      await endLeftovers(recordsIn(ownPath), tmpRootIn(ownPath));
    },
  };
}

const recordsIn = (ownPath: string) => new ProcessRecords(join(ownPath, "processes"));
const tmpRootIn = (ownPath: string) => join(ownPath, "tmp");

async function createSandbox({ nodeFolder }: UnsafeLocalOptions, spec: LocalSpec): Promise<Sandbox> {
  if (spec.system !== null)
    throw new AppError(
      "sandbox_unavailable",
      "The sandbox unsafe-local runs the programs of this machine only. Choose another sandbox with TEMBO_SANDBOX, or remove the system from the project.",
    );
  await makeOwnFolders(spec, sessionOwner(null, spec.workspace.sessionNumber));
  await requirePaths(spec.readOnlyPaths);
  const records = recordsIn(spec.ownPath);
  const tmpRoot = tmpRootIn(spec.ownPath);
  await endLeftovers(records, tmpRoot);
  const opened = await Promise.all(forwardNames.map(async (name) => [name, await openPort()] as const));
  const ports = Object.fromEntries(opened) as Record<ForwardName, ForwardedPort>;
  const variables = await writeFiles(spec, ports.git.url);
  return new LocalSandbox({ spec, nodeFolder, records, tmpRoot, ports, ...variables });
}

/** Writes the files that programs find through environment variables, because this sandbox cannot replace system files. */
async function writeFiles(spec: LocalSpec, gitUrl: string) {
  const own = spec.ownPath;
  const systemConfig = "/etc/gitconfig";
  const gitConfig = writeGitConfig(spec.gitRoutes, gitUrl, existsSync(systemConfig) ? systemConfig : null);
  const certificates = await publishCertificates(own, findBundles(), spec.trustedCertificate);
  return {
    gitConfigPath: await publishFile(join(own, "gitconfig"), gitConfig),
    certificates: certificates && { allPath: certificates.all, trustedPath: certificates.trusted },
  };
}

/**
 * Kills the recorded processes with their descendants, then every process whose TMPDIR belongs to this session. Throws
 * `sandbox_unavailable` if a process remains.
 */
async function endLeftovers(records: ProcessRecords, tmpRoot: string): Promise<void> {
  for (const { pid } of records.running()) killAll(pid, `${tmpRoot}/`);
  await records.endAll();
  if (await waitUntil(() => !killAll(undefined, `${tmpRoot}/`), 10_000)) return;
  throw new AppError(
    "sandbox_unavailable",
    `Programs that an earlier server started have not exited. Stop the processes whose TMPDIR is in ${tmpRoot}, then try again.`,
  );
}

interface LocalMachine {
  readonly spec: LocalSpec;
  readonly nodeFolder: string;
  readonly records: ProcessRecords;
  readonly tmpRoot: string;
  readonly ports: Readonly<Record<ForwardName, ForwardedPort>>;
  readonly gitConfigPath: string;
  readonly certificates: Certificates | null;
}

/** Returns the recorded processes, their descendants and all processes with the session's TMPDIR. */
function findProcesses({ records, tmpRoot }: LocalMachine): ProcessIdentity[] {
  const recorded = records.running();
  const below = findDescendants(...recorded.map(({ pid }) => pid));
  const found = [...recorded, ...below, ...findByTmpdir(`${tmpRoot}/`)];
  return [...new Map(found.map((process) => [process.pid, process])).values()];
}

class LocalSandbox implements Sandbox {
  readonly workspacePath: string;
  readonly homePath: string;
  readonly modelUrl: string;
  readonly tools: Sandbox["tools"];
  readonly #machine: LocalMachine;
  readonly #programs: RunningPrograms;
  readonly #pausing: Pausing;

  constructor(machine: LocalMachine) {
    this.#machine = machine;
    this.#programs = new RunningPrograms(machine.records);
    this.#pausing = pausableProcesses(() => findProcesses(machine));
    this.workspacePath = machine.spec.workspacePath;
    this.homePath = machine.spec.homePath;
    this.modelUrl = machine.ports.model.url;
    this.tools = { program: `${machine.nodeFolder}/tembo`, url: machine.ports.tools.url };
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#programs.start(() => this.#start(command), signal);
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    return openTerminal({ sandbox: this }, command, size, signal);
  }

  forward(name: ForwardName): ForwardedSocket {
    return { listen: this.#machine.ports[name].listen };
  }

  /** Connects to a port of the host, because the programs of this sandbox listen there. */
  async connect(port: number, signal: AbortSignal): Promise<ForwardedConnection> {
    this.#programs.requireRunning();
    const own = Object.values(this.#machine.ports).map(({ url }) => Number(new URL(url).port));
    requirePort(port, own);
    return connectToLoopback(port, signal);
  }

  readFile(path: string, maxBytes: number): Promise<Buffer | null> {
    return readFile(this, this.#machine.spec, path, maxBytes);
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

  limitReached(): null {
    return null;
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
    for (const port of Object.values(this.#machine.ports)) port.close();
  }

  #start({ argv, cwd, env }: SandboxCommand): RunningProgram {
    const { nodeFolder, records, tmpRoot, ports, gitConfigPath, certificates } = this.#machine;
    const tmpPath = join(tmpRoot, randomUUID());
    const complete = {
      GIT_CONFIG_SYSTEM: gitConfigPath,
      ...buildEnvironment(env, {
        homePath: this.homePath,
        nodeFolder,
        tmpPath,
        egressUrl: ports.egress.url,
        toolsUrl: ports.tools.url,
        certificates,
      }),
      // Overrides the requested value, because TMPDIR identifies a program's processes.
      TMPDIR: tmpPath,
    };
    try {
      return startLocalProcess({ argv, cwd, env: complete }, tmpPath, records);
    } catch (cause) {
      throw new AppError("sandbox_unavailable", withStartReason(`${argv[0]} could not be started`, cause), {
        cause,
      });
    }
  }
}
