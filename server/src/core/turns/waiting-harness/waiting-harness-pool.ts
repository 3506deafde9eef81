import { AppError, minuteMs, reason } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { decideWaiting } from "./decide-waiting.ts";
import type { WaitingHarness, WaitingHarnesses, WaitingWish } from "./waiting-harnesses.ts";

/** Maximum duration of a start. */
const limitMs = minuteMs;
/** Time after which a failed start is repeated. */
const retryMs = 10 * minuteMs;
/** Maximum number of places whose last use is remembered. */
const maxPlaces = 100;

export interface WaitingHarnessPoolOptions {
  readonly ports: () => TurnsPorts;
  /** Maximum number of waiting harnesses. 0 means that none waits. */
  readonly maxCount: number;
  /** True if turns or builds need the machine. */
  readonly isBusy: () => boolean;
}

interface Place {
  wish: WaitingWish;
  usedAt: Date;
  failedAtMs: number;
}

/** Waiting harnesses of one worker, in memory. Each is paused in a sandbox of its own, with an empty workspace and HOME. */
export class WaitingHarnessPool implements WaitingHarnesses {
  readonly #options: WaitingHarnessPoolOptions;
  readonly #places = new Map<string, Place>();
  readonly #waiting = new Map<string, WaitingHarness>();
  readonly #closing = new AbortController();
  #isClean = false;
  #tending: Promise<void> | null = null;

  constructor(options: WaitingHarnessPoolOptions) {
    this.#options = options;
  }

  async claim(wish: WaitingWish): Promise<WaitingHarness | null> {
    if (this.#options.maxCount === 0 || this.#closing.signal.aborted) return null;
    this.#note(wish);
    // Removed before the first wait, so that nobody else can claim it.
    const waiting = this.#waiting.get(wish.place);
    this.#waiting.delete(wish.place);
    if (waiting === undefined) return null;
    if (waiting.wish.fingerprint === wish.fingerprint && waiting.harness.isAlive) return waiting;
    await this.end(waiting);
    return null;
  }

  end({ sandbox, name }: WaitingHarness): Promise<void> {
    return this.#remove(sandbox, name);
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

  #note(wish: WaitingWish): void {
    const usedAt = this.#ports.clock.now();
    const failedAtMs = this.#places.get(wish.place)?.failedAtMs ?? Number.NEGATIVE_INFINITY;
    // Inserted again, so that the first place is the one whose last use was the longest ago.
    this.#places.delete(wish.place);
    this.#places.set(wish.place, { wish, usedAt, failedAtMs });
    if (this.#places.size > maxPlaces) this.#places.delete(this.#places.keys().next().value!);
  }

  async #tend(): Promise<void> {
    if (!this.#isClean) await this.#removeLeft();
    this.#isClean = true;
    if (this.#options.maxCount > 0) await this.#startAndEnd();
  }

  /** Removes what killed workers of this data folder left. */
  async #removeLeft(): Promise<void> {
    const { sandboxes, workspaces } = this.#ports;
    for (const name of await workspaces.listLeftWaiting()) {
      await sandboxes.clear(name);
      await workspaces.removeWaiting(name);
    }
  }

  async #startAndEnd(): Promise<void> {
    const { clock, settings, warmSandboxes } = this.#ports;
    const hasRoom = !settings.isDraining && warmSandboxes.hasRoom();
    const places = [...this.#places].map(([place, { usedAt }]) => ({ place, usedAt }));
    const { maxCount, isBusy } = this.#options;
    const wanted = decideWaiting(places, { now: clock.now(), maxCount, hasRoom });
    const unfit = [...this.#waiting].filter(
      ([place, { wish, harness }]) =>
        !wanted.includes(place) ||
        !harness.isAlive ||
        wish.fingerprint !== this.#places.get(place)?.wish.fingerprint,
    );
    await this.#endAll(unfit.map(([place]) => place));
    for (const place of wanted) {
      if (isBusy() || this.#closing.signal.aborted) return;
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
      log.info({ harness: known.wish.launch.harness }, "a harness waits for a session");
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
    const sandbox = await sandboxes.create({ ...wish.spec, workspace: { sessionId: name, sessionNumber } });
    try {
      const harness = await harnesses.launch({ ...wish.launch, sandbox }, signal);
      if (!(await sandbox.pause()))
        throw new AppError("sandbox_unavailable", "The programs of its sandbox could not be paused.");
      return { wish, name, sessionNumber, sandbox, harness };
    } catch (cause) {
      // Ignores errors while stopping, because the first error explains more.
      await Promise.allSettled([this.#remove(sandbox, name)]);
      throw cause;
    }
  }

  async #endAll(places: readonly string[]): Promise<void> {
    const ended = places.flatMap((place) => this.#waiting.get(place) ?? []);
    for (const place of places) this.#waiting.delete(place);
    await Promise.all(ended.map((waiting) => this.end(waiting)));
  }

  /** The harness has nothing to save, so it is not closed first. */
  async #remove(sandbox: Sandbox, name: string): Promise<void> {
    await sandbox.stop();
    await this.#ports.workspaces.removeWaiting(name);
  }
}
