import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AppError } from "../errors.ts";

/** OWASP's first choice for scrypt. */
const defaultCost = 2 ** 17;
const saltBytes = 16;
const keyBytes = 32;
/** One takes 128 MiB. */
const maxAtOnce = 2;
const maxWaiting = 30;

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes passwords with scrypt (RFC 7914), a few at a time, as each takes memory. One for each process. */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #parameters: Parameters;

  /** A lower cost makes tests fast. */
  constructor(cost = defaultCost) {
    this.#parameters = { N: cost, r: 8, p: 1 };
  }

  /** `scrypt$N$r$p$salt$key`, the last two in base64. Throws `rate_limited` when too many wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await this.#derive(password, salt, this.#parameters);
    const { N, r, p } = this.#parameters;
    return ["scrypt", N, r, p, salt.toString("base64"), key.toString("base64")].join("$");
  }

  /** Against null, which no password is right for, it is the same work. Throws `rate_limited` when too many wait. */
  async isRight(password: string, hash: string | null): Promise<boolean> {
    const [, N, r, p, salt = "", key = ""] = (hash ?? "").split("$");
    if (hash === null) {
      await this.#derive(password, randomBytes(saltBytes), this.#parameters);
      return false;
    }
    const wanted = Buffer.from(key, "base64");
    const given = await this.#derive(password, Buffer.from(salt, "base64"), {
      N: Number(N),
      r: Number(r),
      p: Number(p),
    });
    return timingSafeEqual(given, wanted);
  }

  /** Whether a hash was made with other parameters, and is made again when its password is known. */
  isOutdated(hash: string): boolean {
    const { N, r, p } = this.#parameters;
    return !hash.startsWith(`scrypt$${N}$${r}$${p}$`);
  }

  async #derive(password: string, salt: Buffer, options: Parameters): Promise<Buffer> {
    await this.#takeTurn();
    try {
      return await derive(password.normalize("NFKC"), salt, options);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < maxAtOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= maxWaiting)
      throw new AppError(
        "rate_limited",
        "Too many people sign in at the moment; try again in a few seconds.",
      );
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
