import { AppError } from "../../core/base/index.ts";
import { type FailedAuthentications, networkOf } from "./failed-authentications.ts";

const windowMs = 60_000;
const maxWindows = 20_000;
const perMinute = 10;
/** Maximum number of wrong passwords per account and minute from all unknown browsers together, regardless of their networks. */
const perAccountAndMinute = 100;

/** Attempt to enter an account's password. */
export interface Attempt {
  readonly address: string;
  /** Email address used to sign in, or the user's ID. */
  readonly account: string;
  /** Identifier of a browser in which the account's password was entered correctly before, or null for any other browser. */
  readonly knownBrowser: string | null;
}

type Refusal = NonNullable<ReturnType<FailedAuthentications["refusal"]>>;

interface Reserved {
  /** Runs the password check. If the check is rejected because too many other checks are queued, the attempt does not count. */
  enter<T>(check: () => Promise<T>): Promise<T>;
  takeBack(): void;
}

interface Window {
  count: number;
  readonly endsAt: number;
}

/**
 * Limits password attempts in this process: per account, to ten per minute from one network and to a hundred per minute from all networks. A browser
 * that the account knows has a separate limit of ten per minute (OWASP, device cookies), so that an attacker cannot lock the user out. An attempt
 * counts before its password is hashed. The caller takes it back if the password was correct.
 */
export class PasswordAttempts {
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Reserves an attempt, or returns the reason why no further attempt is allowed. */
  reserve(attempt: Attempt): Reserved | { readonly refusal: Refusal } {
    const limits = limitsOf(attempt);
    for (const [key, limit] of limits) {
      const window = this.#current(key);
      if (window !== undefined && window.count >= limit)
        return { refusal: refusalUntil(window.endsAt - this.#now()) };
    }
    const taken = limits.map(([key]) => this.#take(key));
    const takeBack = () => {
      for (const window of taken) window.count -= 1;
    };
    return {
      takeBack,
      enter: (check) =>
        check().catch((cause: unknown) => {
          // In this case, no password was checked.
          if (cause instanceof AppError && cause.code === "rate_limited") takeBack();
          throw cause;
        }),
    };
  }

  #current(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window !== undefined && window.endsAt > this.#now() ? window : undefined;
  }

  #take(key: string): Window {
    const window = this.#current(key) ?? { count: 0, endsAt: this.#now() + windowMs };
    window.count += 1;
    // Deletes the entry first, so that the map remains ordered by age.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > maxWindows) this.#windows.delete(this.#windows.keys().next().value as string);
    return window;
  }
}

function limitsOf({ address, account, knownBrowser }: Attempt): readonly (readonly [string, number])[] {
  if (knownBrowser !== null) return [[`browser ${knownBrowser}`, perMinute]];
  return [
    [`network ${networkOf(address)} ${account}`, perMinute],
    [`account ${account}`, perAccountAndMinute],
  ];
}

function refusalUntil(leftMs: number): Refusal {
  const seconds = Math.ceil(leftMs / 1000);
  const sentence = `Too many incorrect passwords were entered for this account. Correct the password and try again in ${seconds} s.`;
  return { error: new AppError("rate_limited", sentence), seconds };
}
