import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AppError, reason } from "../../core/errors.ts";
import { paths } from "../../core/paths.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type {
  Sandbox,
  SandboxCommand,
  SandboxProcess,
  SandboxProvider,
  SandboxSpec,
} from "../../core/ports/sandbox.ts";
import { makePrivateFolder } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { endedProcess } from "../processes/ended-process.ts";
import { ProcessRecords, within } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { type ModelForwarder, openModelForwarder } from "./model-forwarder.ts";
import { killAll, type LocalProcess, startLocalProcess } from "./start-local-process.ts";

export interface UnsafeLocalOptions {
  readonly dataDir: string;
  /** Folder of the Node that programs find first. */
  readonly nodeFolder: string;
  readonly log: Logger;
}

/** No sandbox at all: programs run as the server's own user and can do whatever it can. The operator chose it by name. */
export function createUnsafeLocal(options: UnsafeLocalOptions): SandboxProvider {
  return {
    name: "unsafe-local",
    async check() {
      options.log.warn(
        {},
        "TEMBO_SANDBOX=unsafe-local: harnesses run without isolation, as the server's own user",
      );
    },
    create: (spec) => createSandbox(options, spec),
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
  await makePrivateFolder(spec.workspacePath, user.uid, user.gid);
  await makePrivateFolder(spec.homePath, user.uid, user.gid);
  await requirePaths(spec.readOnlyPaths);
  const records = new ProcessRecords(join(own, "processes"));
  const tmpRoot = join(own, "tmp");
  await endLeftovers(records, tmpRoot);
  const forwarder = await openModelForwarder(spec.doors.model);
  return new LocalSandbox({ spec, user, nodeFolder, records, tmpRoot, forwarder });
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
  readonly forwarder: ModelForwarder;
}

class LocalSandbox implements Sandbox {
  readonly workspacePath: string;
  readonly homePath: string;
  readonly modelUrl: string;
  readonly uid: number;
  readonly gid: number;
  readonly #machine: LocalMachine;
  readonly #running = new Set<LocalProcess>();
  #isStopped = false;

  constructor(machine: LocalMachine) {
    this.#machine = machine;
    this.workspacePath = machine.spec.workspacePath;
    this.homePath = machine.spec.homePath;
    this.modelUrl = machine.forwarder.url;
    this.uid = machine.user.uid;
    this.gid = machine.user.gid;
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

  /** The server's own files already: there is one user. */
  async own(_path: string): Promise<void> {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = [...this.#running];
    for (const started of running) started.kill();
    await within(Promise.all(running.map(({ exited }) => exited)), this.#machine.records);
    this.#machine.forwarder.close();
  }

  #start({ argv, cwd, env }: SandboxCommand): LocalProcess {
    const { nodeFolder, records, tmpRoot } = this.#machine;
    const tmpdir = join(tmpRoot, randomUUID());
    const complete = {
      HOME: this.homePath,
      PATH: `${nodeFolder}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
      USER: "tembo",
      LANG: "C.UTF-8",
      ...env,
      // Last: a program's processes are found by it.
      TMPDIR: tmpdir,
    };
    try {
      return startLocalProcess({ argv, cwd, env: complete }, tmpdir, records);
    } catch (cause) {
      throw new AppError("sandbox_unavailable", `${argv[0]} could not be started: ${reason(cause)}`, {
        cause,
      });
    }
  }
}
