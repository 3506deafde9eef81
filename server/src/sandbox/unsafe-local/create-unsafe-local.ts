import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError, type Logger, paths, reason } from "../../core/base/index.ts";
import type {
  Sandbox,
  SandboxCommand,
  SandboxProcess,
  SandboxProvider,
  SandboxSpec,
  SandboxTerminal,
  TerminalSize,
} from "../../core/turns/index.ts";
import { makeFolder, makeOwnFolders } from "../folders/make-folder.ts";
import { removeDoors } from "../folders/remove-doors.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { buildEnvironment, type Certificates } from "../inside/environment.ts";
import { writeGitConfig } from "../inside/git-config.ts";
import { publish } from "../inside/session-files.ts";
import { findBundles, joinCertificates } from "../inside/system-certificates.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { type RunningProgram, RunningPrograms } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { openTerminal } from "../terminal/open-terminal.ts";
import { findByTmpdir } from "./find-processes.ts";
import { type Forwarder, openForwarder } from "./forwarder.ts";
import { killAll, startLocalProcess } from "./start-local-process.ts";

export interface UnsafeLocalOptions {
  readonly dataDir: string;
  /** Folder of the Node that programs find first. */
  readonly nodeFolder: string;
  readonly log: Logger;
}

/** No sandbox at all: programs run as the server's own user and can do whatever it can. The operator chose it by name. */
export function createUnsafeLocal(options: UnsafeLocalOptions): SandboxProvider {
  const clear = async (sessionId: string) => {
    const own = join(paths.session(options.dataDir, sessionId), "sandbox");
    await endLeftovers(new ProcessRecords(join(own, "processes")), join(own, "tmp"));
    await removeDoors(options.dataDir, sessionId);
  };
  return {
    name: "unsafe-local",
    async check() {
      options.log.warn(
        {},
        "TEMBO_SANDBOX=unsafe-local: harnesses run without isolation, as the server's own user",
      );
    },
    create: (spec) => createSandbox(options, spec),
    async readyFolders(place) {
      await makeOwnFolders(place, ownUser());
      await clear(place.sessionId);
      return ownUser();
    },
    clear,
    ownerOf: ownUser,
  };
}

const ownUser = () => ({ uid: process.getuid!(), gid: process.getgid!() });

async function createSandbox(
  { dataDir, nodeFolder }: UnsafeLocalOptions,
  spec: SandboxSpec,
): Promise<Sandbox> {
  const own = join(paths.session(dataDir, spec.sessionId), "sandbox");
  const user = ownUser();
  await makeOwnFolders(spec, user);
  for (const door of Object.values<string>({ ...spec.doors })) await makeFolder(dirname(door));
  await requirePaths(spec.readOnlyPaths);
  const records = new ProcessRecords(join(own, "processes"));
  const tmpRoot = join(own, "tmp");
  await endLeftovers(records, tmpRoot);
  const { doors } = spec;
  const [model, egress, git, tools] = await Promise.all(
    [doors.model, doors.egress, doors.git, doors.tools].map(openForwarder),
  );
  const forwarders = { model: model!, egress: egress!, git: git!, tools: tools! };
  const variables = writeFiles(own, spec, forwarders.git.url);
  return new LocalSandbox({ spec, user, nodeFolder, records, tmpRoot, forwarders, ...variables });
}

/** No file of the system can be covered here: programs are led to ours by variables. */
function writeFiles(own: string, spec: SandboxSpec, gitUrl: string) {
  const systemConfig = "/etc/gitconfig";
  const gitConfig = writeGitConfig(spec.gitRoutes, gitUrl, existsSync(systemConfig) ? systemConfig : null);
  const gitConfigPath = publish(join(own, "gitconfig"), gitConfig);
  const trusted = spec.trustedCertificate;
  if (trusted === null) return { gitConfigPath, certificates: null };
  const all = joinCertificates(findBundles(), trusted);
  return {
    gitConfigPath,
    certificates: {
      allPath: publish(join(own, "certificates.pem"), all),
      trustedPath: publish(join(own, "trusted.pem"), trusted),
    },
  };
}

/** By record with all below, then whatever began with a TMPDIR of this session. */
async function endLeftovers(records: ProcessRecords, tmpRoot: string): Promise<void> {
  for (const { pid } of records.running()) killAll(pid, `${tmpRoot}/`);
  await records.endAll();
  if (await waitUntil(() => !killAll(undefined, `${tmpRoot}/`), 10_000)) return;
  throw new AppError(
    "sandbox_unavailable",
    `Programs of an earlier server do not end. Look for processes whose TMPDIR is in ${tmpRoot}.`,
  );
}

interface LocalMachine {
  readonly spec: SandboxSpec;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly nodeFolder: string;
  readonly records: ProcessRecords;
  readonly tmpRoot: string;
  readonly forwarders: Readonly<Record<"model" | "egress" | "git" | "tools", Forwarder>>;
  readonly gitConfigPath: string;
  readonly certificates: Certificates | null;
}

class LocalSandbox implements Sandbox {
  readonly workspacePath: string;
  readonly homePath: string;
  readonly modelUrl: string;
  readonly tools: Sandbox["tools"];
  readonly uid: number;
  readonly gid: number;
  readonly #machine: LocalMachine;
  readonly #programs: RunningPrograms;

  constructor(machine: LocalMachine) {
    this.#machine = machine;
    this.#programs = new RunningPrograms(machine.records, () => findByTmpdir(`${machine.tmpRoot}/`));
    this.workspacePath = machine.spec.workspacePath;
    this.homePath = machine.spec.homePath;
    this.modelUrl = machine.forwarders.model.url;
    this.tools = { program: `${machine.nodeFolder}/tembo`, url: machine.forwarders.tools.url };
    this.uid = machine.user.uid;
    this.gid = machine.user.gid;
  }

  spawn(command: SandboxCommand, signal: AbortSignal): SandboxProcess {
    return this.#programs.start(() => this.#start(command), signal);
  }

  openTerminal(command: SandboxCommand, size: TerminalSize, signal: AbortSignal): SandboxTerminal {
    return openTerminal(this, command, size, signal);
  }

  limitReached(): null {
    return null;
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

  /** The server's own files already: there is one user. */
  async own(_path: string): Promise<void> {}

  async stop(): Promise<void> {
    await this.#programs.stop();
    for (const forwarder of Object.values(this.#machine.forwarders)) forwarder.close();
  }

  #start({ argv, cwd, env }: SandboxCommand): RunningProgram {
    const { nodeFolder, records, tmpRoot, forwarders, gitConfigPath, certificates } = this.#machine;
    const tmpPath = join(tmpRoot, randomUUID());
    const complete = {
      GIT_CONFIG_SYSTEM: gitConfigPath,
      ...buildEnvironment(env, {
        homePath: this.homePath,
        nodeFolder,
        tmpPath,
        egressUrl: forwarders.egress.url,
        toolsUrl: forwarders.tools.url,
        certificates,
      }),
      // Whatever was asked for: a program's processes are found by it.
      TMPDIR: tmpPath,
    };
    try {
      return startLocalProcess({ argv, cwd, env: complete }, tmpPath, records);
    } catch (cause) {
      throw new AppError("sandbox_unavailable", `${argv[0]} could not be started: ${reason(cause)}`, {
        cause,
      });
    }
  }
}
