import { join } from "node:path";
import { AppError, minuteMs, paths, reason } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { setupLayerOf } from "../environment/environment-system.ts";
import type { TurnsPorts } from "../ports.ts";
import type { SandboxLimits } from "../sandbox/sandbox.ts";
import { removeFiles } from "../workspace/remove-files.ts";
import { unpackEnvironment } from "../workspace/unpack-environment.ts";
import { makingName, parseCopyName, type ReadyCopy, readyName, removedName } from "./copy-names.ts";
import { decideCopies } from "./decide-copies.ts";
import type { EnvironmentCopies } from "./environment-copies.ts";

/** Maximum number of environments that are looked at. */
const maxWanted = 1_000;
/** Maximum duration of a copy's creation. */
const limitMs = 30 * minuteMs;
/** Time after which a failed copy is created again. */
const retryMs = 10 * minuteMs;
/** Processors and memory of the program that unpacks a copy. */
const shares = { cpus: 1, memoryBytes: 1024 ** 3 };

export interface EnvironmentCopyPoolOptions {
  readonly workerId: string;
  readonly ports: () => TurnsPorts;
  /** ID that changes when the machine starts. */
  readonly bootId: string;
  /** Maximum disk space of all copies together. 0 means that there are none. */
  readonly maxBytes: number;
  /** True if turns or builds need the machine. */
  readonly isBusy: () => boolean;
}

/**
 * Copies of environments in a data folder that several workers may share. A copy appears and disappears in one rename,
 * so it is complete, and only one session receives it. The workers create one at a time.
 */
export class EnvironmentCopyPool implements EnvironmentCopies {
  readonly #options: EnvironmentCopyPoolOptions;
  /** Measured disk space of copies by snapshot ID. Remains known while there is no copy. */
  readonly #bytes = new Map<string, number>();
  readonly #failedAt = new Map<string, number>();
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: EnvironmentCopyPoolOptions) {
    this.#options = options;
  }

  async take(snapshotId: string, folder: string): Promise<number | null> {
    const { workspaceFiles } = this.#ports;
    const { bootId } = this.#options;
    const copies = readyCopies(await workspaceFiles.list(this.#folder));
    const copy = copies.find((one) => one.snapshotId === snapshotId && one.bootId === bootId);
    if (copy === undefined) return null;
    try {
      await workspaceFiles.move(join(this.#folder, copy.name), folder);
      return copy.sessionNumber;
    } catch (cause) {
      // Another session was faster.
      if (!(await workspaceFiles.isFolder(this.#folder, copy.name))) return null;
      throw cause;
    }
  }

  tend(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    this.#running ??= this.#tend().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running?.catch(() => {});
  }

  get #ports(): TurnsPorts {
    return this.#options.ports();
  }

  get #folder(): string {
    return paths.copies(this.#ports.settings.dataDir);
  }

  async #tend(): Promise<void> {
    const { workspaceFiles, store, settings } = this.#ports;
    const { bootId, maxBytes, isBusy } = this.#options;
    const names = await workspaceFiles.list(this.#folder);
    const wanted = maxBytes === 0 ? [] : await store.environmentCopies.wanted(settings.machineId, maxWanted);
    const copies = readyCopies(names);
    const ready = copies.filter((one) => one.bootId === bootId);
    await this.#measure(ready);
    const sized = wanted.map((snapshot) => ({
      ...{ id: snapshot.id, snapshot },
      bytes: this.#bytes.get(snapshot.id) ?? snapshot.sizeBytes,
    }));
    const { kept, missing } = decideCopies(sized, ready, maxBytes);
    await this.#remove(copies.filter((one) => !kept.includes(one)).map(({ name }) => name));
    const isAnotherCreating = await this.#removeLeftovers(names);
    this.#forgetOthers(wanted);
    if (isAnotherCreating) return;
    for (const { snapshot } of missing) if (!isBusy() && (await this.#tryCreate(snapshot))) return;
  }

  /** Measures the copies that this process has not measured yet. A session may take one meanwhile. */
  async #measure(ready: readonly NamedCopy[]): Promise<void> {
    const { workspaces, workspaceFiles } = this.#ports;
    for (const { snapshotId, name } of ready) {
      if (this.#bytes.has(snapshotId)) continue;
      try {
        const bytes = await workspaces.measure(join(this.#folder, name), this.#closing.signal);
        this.#bytes.set(snapshotId, bytes);
      } catch (cause) {
        if (await workspaceFiles.isFolder(this.#folder, name)) throw cause;
      }
    }
  }

  async #remove(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { workspaceFiles, log } = this.#ports;
    const aside = join(this.#folder, removedName(this.#options.workerId));
    await workspaceFiles.setAside(
      names.map((name) => join(this.#folder, name)),
      aside,
    );
    await workspaceFiles.discard(aside);
    log.info({ copies: names.length }, "removed copies of environments that are no longer needed");
  }

  /**
   * Removes what killed workers left, and copies whose removal was interrupted. Returns true if another worker creates a
   * copy.
   */
  async #removeLeftovers(names: readonly string[]): Promise<boolean> {
    const { workspaceFiles, store } = this.#ports;
    const makers: string[] = [];
    for (const name of names) {
      const parsed = parseCopyName(name);
      if (parsed.kind === "removed") await workspaceFiles.discard(join(this.#folder, name));
      if (parsed.kind === "making") makers.push(parsed.workerId);
    }
    if (makers.length === 0) return false;
    const ended = [this.#options.workerId, ...(await store.environmentCopies.missingWorkers(makers))];
    const left = makers.filter((id) => ended.includes(id));
    for (const workerId of left) await this.#clear(workerId);
    return left.length < makers.length;
  }

  /** Removes a copy that a worker did not complete. The mark goes last, so that an interrupted removal is repeated. */
  async #clear(workerId: string): Promise<void> {
    await removeFiles(this.#ports, paths.copying(workerId));
    await this.#ports.workspaceFiles.discard(join(this.#folder, makingName(workerId)));
  }

  #forgetOthers(wanted: readonly ProjectSnapshot[]): void {
    for (const known of [this.#bytes, this.#failedAt])
      for (const id of known.keys()) if (!wanted.some((one) => one.id === id)) known.delete(id);
  }

  /** Creates a copy. Returns false if this machine cannot have one at the moment. */
  async #tryCreate(snapshot: ProjectSnapshot): Promise<boolean> {
    const { clock, log, settings, layers } = this.#ports;
    const { id, platform } = snapshot;
    const now = clock.now().getTime();
    if (now - (this.#failedAt.get(id) ?? Number.NEGATIVE_INFINITY) < retryMs) return false;
    if (platform.architecture !== settings.platform.architecture) return false;
    const { signal } = this.#closing;
    try {
      if ((await (await layers()).find(setupLayerOf(snapshot))) === null) return false;
      await this.#create(snapshot, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
      log.info({ snapshotId: id, bytes: this.#bytes.get(id) }, "a copy of an environment is ready");
      return true;
    } catch (cause) {
      if (signal.aborted) return true;
      this.#failedAt.set(id, now);
      const why = {
        snapshotId: id,
        ...(cause instanceof AppError ? { reason: reason(cause) } : { err: cause }),
      };
      log.warn(why, "a copy of an environment could not be created; retrying in ten minutes");
      return false;
    }
  }

  async #create(snapshot: ProjectSnapshot, signal: AbortSignal): Promise<void> {
    const { workspaceFiles, workspaces, settings, store } = this.#ports;
    const { workerId, bootId } = this.#options;
    const sessionId = paths.copying(workerId);
    const folder = paths.session(settings.dataDir, sessionId);
    await this.#clear(workerId);
    // Created first, so that another worker finds what this one leaves.
    await workspaceFiles.create(join(this.#folder, makingName(workerId)));
    try {
      const sessionNumber = await store.projectBuilds.takeSessionNumber();
      const place = {
        workspace: { sessionId, sessionNumber },
        limits: this.#limits(),
        priority: "idle",
      } as const;
      await unpackEnvironment(this.#ports, snapshot, place, signal);
      this.#bytes.set(snapshot.id, await workspaces.measure(folder, signal));
      const name = readyName({ snapshotId: snapshot.id, bootId, sessionNumber });
      await workspaceFiles.move(folder, join(this.#folder, name));
    } finally {
      await this.#clear(workerId);
    }
  }

  #limits(): SandboxLimits {
    const { machine, sandboxProcesses, sandboxDiskBytes, sandboxFiles } = this.#ports.settings;
    return {
      cpus: Math.min(shares.cpus, machine.cpus),
      memoryBytes: Math.min(shares.memoryBytes, machine.memoryBytes),
      processes: sandboxProcesses,
      diskBytes: sandboxDiskBytes,
      files: sandboxFiles,
    };
  }
}

type NamedCopy = ReadyCopy & { readonly name: string };

function readyCopies(names: readonly string[]): NamedCopy[] {
  return names.flatMap((name) => {
    const parsed = parseCopyName(name);
    return parsed.kind === "ready" ? [{ ...parsed, name }] : [];
  });
}
