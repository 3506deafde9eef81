import { hashToken } from "../../core/accounts/index.ts";
import { checkPreviewGrant, type PreviewAccess } from "../../core/turns/index.ts";

const maxEntries = 10_000;

interface Entry {
  readonly access: Promise<PreviewAccess | null>;
  readonly staleAt: number;
}

/**
 * Checks grants, and remembers each result for a short time, because a page sends many requests at once. A lost access
 * ends within this time.
 */
export class GrantCache {
  readonly #ports: Parameters<typeof checkPreviewGrant>[0];
  readonly #freshMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(ports: Parameters<typeof checkPreviewGrant>[0], freshMs: number) {
    this.#ports = ports;
    this.#freshMs = freshMs;
  }

  /** Returns the access of the first valid token, or null if none is valid for the host. */
  async find(tokens: readonly string[], hostLabel: string): Promise<GrantedAccess | null> {
    for (const token of tokens) {
      const access = await this.check(token, hostLabel);
      if (access !== null) return { ...access, token };
    }
    return null;
  }

  check(token: string, hostLabel: string): Promise<PreviewAccess | null> {
    const tokenHash = hashToken(token);
    const key = `${hostLabel} ${tokenHash.toString("hex")}`;
    const now = performance.now();
    const known = this.#entries.get(key);
    if (known !== undefined && known.staleAt > now) return known.access;
    const access = checkPreviewGrant(this.#ports, tokenHash, hostLabel);
    // Deletes the entry first, so that the map remains ordered by age.
    this.#entries.delete(key);
    this.#entries.set(key, { access, staleAt: now + this.#freshMs });
    if (this.#entries.size > maxEntries) this.#entries.delete(this.#entries.keys().next().value as string);
    access.catch(() => this.#entries.delete(key));
    return access;
  }
}

export type GrantedAccess = PreviewAccess & { readonly token: string };
