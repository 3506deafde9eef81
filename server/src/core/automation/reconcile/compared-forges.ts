import { AppError, minuteMs } from "../../base/index.ts";
import { type Forge, forgeOf, type Repository } from "../../forges/index.ts";
import type { AutomationPorts } from "../ports.ts";

/** Share of a forge's rate limit that remains for turns and people. */
const reservedShare = 0.5;
/** Time after which a run sends no further request to a forge, because it is slow. */
export const forgeLimitMs = minuteMs;

/** Forges to which one run sends requests. A forge or a repository that fails or is slow does not hold up the others. */
export class ComparedForges {
  readonly #ports: AutomationPorts;
  /** Forges by the ID of the integration. A forge that is not to be asked is null. */
  readonly #forges = new Map<string | null, Forge | null>();
  readonly #spentMs = new Map<string | null, number>();
  readonly #failed = new Set<string>();

  constructor(ports: AutomationPorts) {
    this.#ports = ports;
  }

  /**
   * Returns what `work` returns, or null if the repository's forge cannot be used, or if its rate limit is needed for other
   * work. After a failure, the run asks no more about the repository.
   */
  async use<T>(repository: Repository, work: (forge: Forge) => Promise<T>): Promise<T | null> {
    const { clock, log } = this.#ports;
    const { id, integrationId } = repository;
    const spentMs = this.#spentMs.get(integrationId) ?? 0;
    if (this.#failed.has(id) || spentMs >= forgeLimitMs) return null;
    const startedAt = clock.now().getTime();
    try {
      const forge = await this.#find(repository);
      return forge === null ? null : await work(forge);
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      log.warn({ repositoryId: id, err: cause }, "the pull requests of a repository could not be compared");
      this.#failed.add(id);
      return null;
    } finally {
      this.#spentMs.set(integrationId, spentMs + clock.now().getTime() - startedAt);
    }
  }

  async #find(repository: Repository): Promise<Forge | null> {
    const key = repository.integrationId;
    const known = this.#forges.get(key);
    if (known !== undefined) return known;
    this.#forges.set(key, null);
    const forge = await forgeOf(this.#ports, repository);
    const core = (await forge.rateLimit())?.core;
    const isBusy = core !== undefined && core.remaining < core.limit * reservedShare;
    if (!isBusy) this.#forges.set(key, forge);
    return isBusy ? null : forge;
  }
}
