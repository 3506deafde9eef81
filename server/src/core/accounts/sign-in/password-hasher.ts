import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { HashQueue, type Requester } from "./hash-queue.ts";

/** Cost parameter N from OWASP's first recommendation for scrypt. Computing a hash uses 128 MiB of memory. */
const defaultCost = 2 ** 17;
const saltBytes = 16;
const keyBytes = 32;

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * Hashes passwords with scrypt (RFC 7914). Hashing needs a lot of memory, so at most two hashes are computed at a time.
 * Use one instance per process.
 */
export class PasswordHasher {
  readonly #parameters: Parameters;
  readonly #queue: HashQueue;

  /** Tests use a lower `cost`, to run faster. */
  constructor(cost = defaultCost, queue = new HashQueue()) {
    this.#queue = queue;
    this.#parameters = { N: cost, r: 8, p: 1 };
  }

  /**
   * Returns `scrypt$N$r$p$salt$key`, with salt and key in base64. Throws `rate_limited` if too many tasks are queued.
   */
  async hash(password: string, requester: Requester): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await this.#derive(password, salt, this.#parameters, requester);
    const { N, r, p } = this.#parameters;
    return ["scrypt", N, r, p, salt.toString("base64"), key.toString("base64")].join("$");
  }

  /**
   * Checks a password against a hash. With a null hash, does the same amount of work and returns false. Throws
   * `rate_limited` if too many tasks are queued.
   */
  async isRight(password: string, hash: string | null, requester: Requester): Promise<boolean> {
    const [, N, r, p, salt = "", key = ""] = (hash ?? "").split("$");
    if (hash === null) {
      await this.#derive(password, randomBytes(saltBytes), this.#parameters, requester);
      return false;
    }
    const wanted = Buffer.from(key, "base64");
    const parameters = { N: Number(N), r: Number(r), p: Number(p) };
    const given = await this.#derive(password, Buffer.from(salt, "base64"), parameters, requester);
    return timingSafeEqual(given, wanted);
  }

  /** True if a hash does not have the current parameters. `checkPassword` replaces such a hash. */
  isOutdated(hash: string): boolean {
    const { N, r, p } = this.#parameters;
    return !hash.startsWith(`scrypt$${N}$${r}$${p}$`);
  }

  #derive(password: string, salt: Buffer, options: Parameters, requester: Requester): Promise<Buffer> {
    return this.#queue.run(requester, () => derive(password.normalize("NFKC"), salt, options));
  }
}

function derive(password: string, salt: Buffer, options: Parameters): Promise<Buffer> {
  const maxmem = 2 * 128 * options.N * options.r;
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyBytes, { ...options, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
}
