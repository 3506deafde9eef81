import type { WaitingTurn } from "../../../server/src/core/turns/placement/decide-placement.ts";

/** Turn that waits since `requestedAtS`, in seconds of the simulated day. */
export interface Request {
  readonly turnId: string;
  readonly organizationId: string;
  readonly memoryBytes: number;
  readonly requestedAtS: number;
  /** Machine with the session's files, or null for a first turn. */
  readonly holderId: string | null;
}

/** Waiting turns, oldest first, all of them and by organization. A morning peak has tens of thousands, so no decision copies them all. */
export class WaitingList<T extends Request = Request> {
  readonly #all = new Map<string, T>();
  readonly #byOrganization = new Map<string, Map<string, T>>();

  get size(): number {
    return this.#all.size;
  }

  /** Adds a turn that was requested after all others. */
  add(request: T): void {
    this.#all.set(request.turnId, request);
    const own = this.#byOrganization.get(request.organizationId) ?? new Map<string, T>();
    this.#byOrganization.set(request.organizationId, own.set(request.turnId, request));
  }

  delete({ turnId, organizationId }: Request): void {
    this.#all.delete(turnId);
    this.#byOrganization.get(organizationId)?.delete(turnId);
  }

  get(turnId: string): T {
    return this.#all.get(turnId)!;
  }

  *oldestFirst(nowS: number): Generator<WaitingTurn> {
    for (const request of this.#all.values()) yield waitingTurn(request, nowS);
  }

  /** Returns the oldest turns of all and of each organization. */
  page(nowS: number, maxOldest: number, maxPerOrganization: number): WaitingTurn[] {
    const chosen = new Set(first(this.#all.values(), maxOldest));
    for (const own of this.#byOrganization.values())
      for (const request of first(own.values(), maxPerOrganization)) chosen.add(request);
    return Array.from(chosen, (request) => waitingTurn(request, nowS));
  }
}

function first<T>(requests: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const request of requests) {
    if (taken.length === count) break;
    taken.push(request);
  }
  return taken;
}

function waitingTurn(request: Request, nowS: number): WaitingTurn {
  const { turnId, organizationId, memoryBytes, requestedAtS, holderId } = request;
  return {
    turnId,
    organizationId,
    memoryBytes,
    waitedMs: (nowS - requestedAtS) * 1000,
    runsOn: [],
    holderId,
    holderAbsentMs: null,
    avoidedId: null,
    saved: "newest",
  };
}
