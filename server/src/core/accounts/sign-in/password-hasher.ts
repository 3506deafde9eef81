import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { HashQueue, type Requester } from "./hash-queue.ts";

/** OWASP's first choice for scrypt. One hash takes 128 MiB. */
const defaultCost = 2 ** 17;
const saltBytes = 16;
const keyBytes = 32;

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes passwords with scrypt (RFC 7914), a few at a time, as each takes memory. One for each process. */
export class PasswordHasher {
  readonly #parameters: Parameters;
  readonly #queue: HashQueue;

  /** A lower cost makes tests fast. */
  constructor(cost = defaultCost, queue = new HashQueue()) {
    this.#queue = queue;
    this.#parameters = { N: cost, r: 8, p: 1 };
  }

  /** `scrypt$N$r$p$salt$key`, the last two in base64. Throws `rate_limited` when too many wait. */
  async hash(password: string, requester: Requester): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await this.#derive(password, salt, this.#parameters, requester);
    const { N, r, p } = this.#parameters;
    return ["scrypt", N, r, p, salt.toString("base64"), key.toString("base64")].join("$");
  }

  /** Against null, which no password is right for, it is the same work. Throws `rate_limited` when too many wait. */
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

  /** Whether a hash was made with other parameters, and is made again when its password is known. */
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
