import { AppError, type Logger, limitRepeats, minuteMs, reason } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { decideWaiting, waitingMs } from "./decide-waiting.ts";
import type { RecalledWish, WaitingHarness, WaitingHarnesses, WaitingWish } from "./waiting-harnesses.ts";

/** Maximum duration of a start. */
const limitMs = minuteMs;
/** Time after which a failed start is repeated, and the start of a harness that ended while it waited. */
const retryMs = 10 * minuteMs;
/** Interval at which a worker looks for what killed workers left. */
const cleanMs = 10 * minuteMs;
/** Maximum number of places whose last uses are remembered. */
const maxPlaces = 100;
/** Maximum number of uses that are remembered for each place. */
const maxUses = 100;

export interface WaitingHarnessPoolOptions {
  readonly ports: () => TurnsPorts;
  /** Maximum number of waiting harnesses. 0 means that none waits. */
  readonly maxCount: number;
  /** True if turns or builds need the machine. */
  readonly isBusy: () => boolean;
  /** Returns the harnesses that could have waited for the sessions of this machine since this time, the oldest first. */
  readonly recall: (ports: TurnsPorts, since: Date) => Promise<readonly RecalledWish[]>;
}

interface Place {
  wish: WaitingWish;
  usedAt: readonly Date[];
  failedAtMs: number;
}

/** Waiting harnesses of one worker, in memory. Each is paused in a sandbox of its own, with an empty workspace and HOME. */
export class WaitingHarnessPool implements WaitingHarnesses {
  readonly #options: WaitingHarnessPoolOptions;
  readonly #places = new Map<string, Place>();
  readonly #waiting = new Map<string, WaitingHarness>();
  /** Sandboxes that end, by name. They remain here until they have ended. */
  readonly #ending = new Map<string, Sandbox>();
  readonly #closing = new AbortController();
  #cleanedAtMs = Number.NEGATIVE_INFINITY;
  #hasRecalled = false;
  #tending: Promise<void> | null = null;
  #log: Logger | null = null;

  constructor(options: WaitingHarnessPoolOptions) {
    this.#options = options;
  }

  claim(wish: WaitingWish): WaitingHarness | null {
    if (this.#options.maxCount === 0 || this.#closing.signal.aborted) return null;
    this.#note({ wish, usedAt: this.#ports.clock.now() });
    const waiting = this.#waiting.get(wish.place);
    // The next `tend` ends a harness that does not fit, so that no turn waits for that.
    if (waiting?.wish.fingerprint !== wish.fingerprint || !waiting.harness.isAlive) return null;
    this.#waiting.delete(wish.place);
    return waiting;
  }

  /** Returns the number of harnesses that wait. */
  count(): number {
    return this.#waiting.size;
  }

  end({ sandbox, name }: Pick<WaitingHarness, "sandbox" | "name">): Promise<void> {
    this.#ending.set(name, sandbox);
    return this.#tryEnd(name, sandbox);
  }

  tend(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    this.#tending ??= this.#tend().finally(() => {
      this.#tending = null;
    });
    return this.#tending;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#tending?.catch(() => {});
    await this.#endAll([...this.#waiting.keys()]);
  }

  get #ports(): TurnsPorts {
    return this.#options.ports();
  }

  #note({ wish, usedAt }: RecalledWish): void {
    const known = this.#places.get(wish.place) ?? { wish, usedAt: [], failedAtMs: Number.NEGATIVE_INFINITY };
    // The object remains the same, because a start that fails later notes its failure there.
    Object.assign(known, { wish, usedAt: [...known.usedAt, usedAt].slice(-maxUses) });
    // Inserted again, so that the first place is the one whose last use was the longest ago.
    this.#places.delete(wish.place);
    this.#places.set(wish.place, known);
    if (this.#places.size > maxPlaces) this.#places.delete(this.#places.keys().next().value!);
  }

  async #tend(): Promise<void> {
    const nowMs = this.#ports.clock.now().getTime();
    if (nowMs - this.#cleanedAtMs >= cleanMs) {
      await this.#removeLeft();
      this.#cleanedAtMs = nowMs;
    }
    if (this.#options.maxCount === 0) return;
    await this.#endUnfit();
    if (!this.#hasRecalled) await this.#recall(nowMs);
    this.#hasRecalled = true;
    await this.#startMissing();
  }

  /** Removes what killed workers of this data folder left. */
  async #removeLeft(): Promise<void> {
    for (const name of await this.#ports.workspaces.listLeftWaiting()) await this.#clear(name);
  }

  async #clear(name: string): Promise<void> {
    await this.#ports.sandboxes.clear(name);
    await this.#ports.workspaces.removeWaiting(name);
  }

  /** Notes the sessions of the last hour. A place that this worker has noted itself needs no earlier ones. */
  async #recall(nowMs: number): Promise<void> {
    const recalled = await this.#options.recall(this.#ports, new Date(nowMs - waitingMs));
    const own = new Set(this.#places.keys());
    for (const each of recalled) if (!own.has(each.wish.place)) this.#note(each);
  }

  #hasRoom(): boolean {
    const { settings, warmSandboxes } = this.#ports;
    return !settings.isDraining && warmSandboxes.hasRoom();
  }

  #wanted(): string[] {
    const places = [...this.#places].map(([place, { usedAt }]) => ({
      ...{ place, usedAt, isTaken: this.#waiting.has(place) },
    }));
    const { maxCount } = this.#options;
    return decideWaiting(places, { now: this.#ports.clock.now(), maxCount, hasRoom: this.#hasRoom() });
  }

  async #endUnfit(): Promise<void> {
    const wanted = this.#wanted();
    const unfit: string[] = [];
    for (const [place, { wish, harness }] of this.#waiting) {
      const known = this.#places.get(place);
      // Without a pause, a harness that the machine kills would start and end all the time.
      if (!harness.isAlive && known !== undefined) known.failedAtMs = this.#ports.clock.now().getTime();
      const isCurrent = harness.isAlive && wish.fingerprint === known?.wish.fingerprint;
      if (!isCurrent || !wanted.includes(place)) unfit.push(place);
    }
    await this.#endAll(unfit);
  }

  async #startMissing(): Promise<void> {
    for (const place of this.#wanted()) {
      // Each start takes memory and time.
      if (this.#options.isBusy() || this.#closing.signal.aborted || !this.#hasRoom()) return;
      if (!this.#waiting.has(place)) await this.#tryStart(place);
    }
  }

  async #tryStart(place: string): Promise<void> {
    const { clock, log } = this.#ports;
    const known = this.#places.get(place);
    const nowMs = clock.now().getTime();
    if (known === undefined || nowMs - known.failedAtMs < retryMs) return;
    try {
      const waiting = await this.#start(known.wish);
      if (this.#closing.signal.aborted) return await this.end(waiting);
      this.#waiting.set(place, waiting);
      const { memoryBytes } = waiting;
      log.info({ harness: known.wish.launch.harness, memoryBytes }, "a harness waits for a session");
    } catch (cause) {
      if (this.#closing.signal.aborted) return;
      known.failedAtMs = nowMs;
      const why = cause instanceof AppError ? { reason: reason(cause) } : { err: cause };
      log.warn(why, "no harness could start before its session; retrying in ten minutes");
    }
  }

  async #start(wish: WaitingWish): Promise<WaitingHarness> {
    const { store, workspaces, sandboxes, harnesses } = this.#ports;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(limitMs)]);
    const sessionNumber = await store.projectBuilds.takeSessionNumber();
    const name = await workspaces.nameWaiting();
    const workspace = { sessionId: name, sessionNumber };
    const sandbox = await this.#orClear(name, sandboxes.create({ ...wish.spec, workspace }));
    try {
      const harness = await harnesses.launch({ ...wish.launch, sandbox }, signal);
      if (!(await sandbox.pause()))
        throw new AppError("sandbox_unavailable", "The programs of its sandbox could not be paused.");
      const memoryBytes = await sandbox.memoryBytes();
      return { wish, name, sessionNumber, sandbox, harness, memoryBytes };
    } catch (cause) {
      await this.end({ sandbox, name });
      throw cause;
    }
  }

  /** Removes the folders of a sandbox that cannot be created. */
  async #orClear(name: string, creating: Promise<Sandbox>): Promise<Sandbox> {
    try {
      return await creating;
    } catch (cause) {
      // Ignores errors while removing, because the first error explains more.
      await Promise.allSettled([this.#clear(name)]);
      throw cause;
    }
  }

  /** Ends the harnesses of these places, and the sandboxes that could not be ended before. */
  async #endAll(places: readonly string[]): Promise<void> {
    for (const place of places) {
      const waiting = this.#waiting.get(place);
      this.#waiting.delete(place);
      if (waiting !== undefined) this.#ending.set(waiting.name, waiting.sandbox);
    }
    await Promise.all([...this.#ending].map(([name, sandbox]) => this.#tryEnd(name, sandbox)));
  }

  /** Ends a sandbox, or leaves it to the next `tend`. The harness has nothing to save, so it is not closed first. */
  async #tryEnd(name: string, sandbox: Sandbox): Promise<void> {
    try {
      await sandbox.stop();
      await this.#ports.workspaces.removeWaiting(name);
      this.#ending.delete(name);
    } catch (cause) {
      this.#log ??= limitRepeats(this.#ports.log);
      this.#log.warn({ err: cause, name }, "the sandbox of a waiting harness could not be ended; retrying");
    }
  }
}
