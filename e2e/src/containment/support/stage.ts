import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { paths } from "../../../../server/src/core/base/index.ts";
import type {
  Sandbox,
  SandboxProvider,
  SandboxSpec,
  SandboxSystem,
} from "../../../../server/src/core/turns/index.ts";
import type { TarEntry } from "../../../../server/src/layers/testing/make-tar.ts";
import type { SessionFolders } from "../../../../server/src/sandbox/folders/session-folders.ts";
import type { FileOwner } from "../../../../server/src/sandbox/folders/session-owner.ts";
import { socketPathIn } from "../../../../server/src/sandbox/forwards/socket-names.ts";
import { prepareRuntime } from "../../../../server/src/sandbox/prepare-runtime.ts";
import type { SandboxLayers } from "../../../../server/src/sandbox/system/open-system.ts";
import type { Combination } from "../../../../server/src/sandbox/testing/combinations.ts";
import { makeProvider } from "../../../../server/src/sandbox/testing/make-provider.ts";
import { foldersOf, ownerOf, run, specOf } from "../../../../server/src/sandbox/testing/run-in-sandbox.ts";
import { collect } from "./collect.ts";
import { type Image, openImage } from "./image.ts";
import type { Script } from "./script.ts";

/** Text planted in everything that a probe could steal. If a probe prints this text, the attack succeeded. */
export const loot = "PLANTED-LOOT";

/** A data folder like that of a server, with the loot in every part of it, and sandboxes for two sessions. */
export interface Stage {
  readonly dataDir: string;
  /** Folder with a `node` that every user can run. */
  readonly nodeFolder: string;
  readonly provider: SandboxProvider;
  readonly spec: SandboxSpec;
  /** The session's folders on this machine, and their owner. */
  readonly folders: SessionFolders;
  readonly owner: FileOwner;
  readonly otherFolders: SessionFolders;
  readonly otherOwner: FileOwner;
  readonly sandbox: Sandbox;
  readonly otherSandbox: Sandbox;
  /**
   * Environment variables of every script. The threat model assumes that an attacker knows all paths and process IDs.
   */
  readonly places: Readonly<Record<string, string>>;
  /** Runs a script in the sandbox. Returns its stdout and stderr. */
  run(script: Script): Promise<string>;
  /** Runs a script in the other session's sandbox. */
  runInOther(script: Script): Promise<string>;
  /**
   * Runs a script in a new sandbox, for attacks that end the whole sandbox. Returns its output, then the signal that
   * ended it and the limit that was reached.
   */
  runInFresh(script: Script, limits?: Partial<SandboxSpec["limits"]>): Promise<string>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly limits?: Partial<SandboxSpec["limits"]>;
  readonly readOnlyPaths?: readonly string[];
  /** Files to add to the image, if the combination has one. */
  readonly imageFiles?: readonly TarEntry[];
  /** System of both sessions' sandboxes, and its layers. Defaults to those of the combination. */
  readonly system?: NonNullable<SandboxSpec["system"]>;
  readonly layers?: SandboxLayers;
  readonly extraPlaces?: Readonly<Record<string, string>>;
  readonly alsoClose?: () => Promise<void>;
}

/** Number of the next session with a fresh sandbox. */
let sessionNumber = 10;

/** Time limit for one script. */
export const scriptLimitMs = 30_000;

export async function setStage(combination: Combination, options: StageOptions = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-probes-"));
  const image = combination.source === "image" ? await openImage(options.imageFiles) : null;
  const { system = systemOf(image, combination), layers = image?.layers } = options;
  const provider = await makeProvider(combination.sandbox, dataDir, layers === undefined ? {} : { layers });
  const nodeFolder = dirname(await prepareRuntime(dataDir));
  const [owner, otherOwner] = [ownerOf(combination.sandbox, 1), ownerOf(combination.sandbox, 2)];
  const [folders, otherFolders] = [foldersOf(dataDir, 1), foldersOf(dataDir, 2)];
  const plain = specOf(1, [
    paths.mirror(dataDir, "own"),
    join(dataDir, "harnesses"),
    ...(options.readOnlyPaths ?? []),
  ]);
  const spec: SandboxSpec = { ...plain, limits: { ...plain.limits, ...options.limits }, system };
  const otherSpec = { ...specOf(2), system };
  const beside = `${dataDir}.txt`;
  await writeFile(beside, loot, { mode: 0o644 });
  await plantFiles(dataDir);
  const [sandbox, otherSandbox] = [await provider.create(spec), await provider.create(otherSpec)];
  await plantInSession(folders, owner.uid);
  await plantInSession(otherFolders, otherOwner.uid);
  const endpoints = await listenOn(socketPathIn(otherFolders.socketsPath, "model"));
  const ofRoot = startVictim(0);
  const ofSameUser = startVictim(owner.uid);
  const otherProcess = otherSandbox.spawn(
    { argv: ["tail", "-f", "/dev/null"], cwd: "/", env: { LOOT: loot } },
    new AbortController().signal,
  );
  await Promise.all([once(ofRoot, "spawn"), once(ofSameUser, "spawn")]);

  const places = {
    DATA_DIR: dataDir,
    OWN_WORKSPACE: folders.workspacePath,
    OWN_MIRROR: paths.mirror(dataDir, "own"),
    OTHER_WORKSPACE: otherFolders.workspacePath,
    OTHER_HOME: otherFolders.homePath,
    OTHER_SOCKET: socketPathIn(otherFolders.socketsPath, "model"),
    OTHER_MIRROR: paths.mirror(dataDir, "other"),
    HOST_TMP_FILE: beside,
    HARNESSES: join(dataDir, "harnesses"),
    ROOT_PID: String(ofRoot.pid),
    SAME_USER_PID: String(ofSameUser.pid),
    ...options.extraPlaces,
  };
  return {
    dataDir,
    nodeFolder,
    provider,
    spec,
    folders,
    owner,
    otherFolders,
    otherOwner,
    sandbox,
    otherSandbox,
    places,
    run: (script) => runIn(sandbox, script, places),
    runInOther: (script) => runIn(otherSandbox, script, places),
    runInFresh: async (script, limits) => {
      const fresh = { ...specOf(sessionNumber++), limits: { ...spec.limits, ...limits }, system };
      const created = await provider.create(fresh);
      const { stdout, stderr, signal } = await run(created, script);
      const outcome = `${stdout}${stderr}${signal} ${created.limitReached()}`;
      await created.stop();
      return outcome;
    },
    close: async () => {
      for (const victim of [ofRoot, ofSameUser]) await end(victim);
      await Promise.all([sandbox.stop(), otherSandbox.stop()]);
      await otherProcess.exited;
      endpoints.close();
      await options.alsoClose?.();
      for (const path of [dataDir, beside]) await rm(path, { recursive: true, force: true });
    },
  };
}

function systemOf(image: Image | null, { profile }: Combination): SandboxSystem | null {
  return image === null ? null : { layers: image.digests, profile, env: {} };
}

/** Runs a script in a sandbox. Returns its stdout and stderr. */
export async function runIn(sandbox: Sandbox, script: Script, places: Stage["places"]): Promise<string> {
  const program = sandbox.spawn(
    { argv: script, cwd: sandbox.workspacePath, env: places },
    AbortSignal.timeout(scriptLimitMs),
  );
  program.stdin.end();
  const [out, err] = await Promise.all([collect(program.stdout), collect(program.stderr)]);
  await program.exited;
  return out + err;
}

/** Plants files with the loot in the data folder. Most are world-readable, so that only the sandbox protects them. */
async function plantFiles(dataDir: string): Promise<void> {
  for (const [path, mode] of [
    ["master.key", 0o600],
    ["host-file", 0o644],
    ["mirrors/own.git/HEAD", 0o644],
    ["mirrors/other.git/HEAD", 0o644],
    ["forge/one/app.git/HEAD", 0o644],
    ["harnesses/tool", 0o755],
    ["harnesses/of-root", 0o600],
    ["harnesses/.compile-cache/entry", 0o644],
    ["postgres/data/base", 0o600],
    ["postgres/postgres.log", 0o644],
  ] as const) {
    await mkdir(dirname(join(dataDir, path)), { recursive: true, mode: 0o755 });
    await writeFile(join(dataDir, path), `${loot}\n`, { mode });
    await chmod(join(dataDir, path), mode);
  }
  await mkdir(join(dataDir, "run"), { recursive: true, mode: 0o711 });
}

async function plantInSession({ workspacePath, homePath }: SessionFolders, uid: number): Promise<void> {
  for (const folder of [workspacePath, homePath]) {
    await writeFile(join(folder, "notes.txt"), `${loot}\n`, { mode: 0o644 });
    await chown(join(folder, "notes.txt"), uid, uid);
  }
}

async function listenOn(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => {}).end(loot)).listen(path);
  await once(server, "listening");
  await chmod(path, 0o777);
  return server;
}

/** Starts a process on the host with the loot in its environment. */
function startVictim(uid: number): ChildProcess {
  return spawn("tail", ["-f", "/dev/null"], { uid, gid: uid, env: { LOOT: loot }, stdio: "ignore" });
}

async function end(victim: ChildProcess): Promise<void> {
  if (victim.exitCode !== null || victim.signalCode !== null) return;
  const ended = once(victim, "exit");
  victim.kill("SIGKILL");
  await ended;
}
