import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { Transport } from "../transport.ts";
import type {
  ConfirmBody,
  Confirmed,
  PasswordBody,
  PasswordChanged,
  SignedIn,
  SignedOut,
  SignInCreateBody,
  SignInList,
  SignInState,
  SignInWelcomeBody,
} from "../types.ts";

/** Who is signed in with the browser that the page is in: for `new Tembo({ apiKey: null })`. */
export class SignInResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The cookie comes with the answer. */
  create(body: SignInCreateBody, options?: RequestOptions): APIPromise<SignedIn> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in", body }, options);
  }

  /** Answers whether or not anybody is. */
  retrieve(options?: RequestOptions): APIPromise<SignInState> {
    return this.#transport.json({ method: "GET", path: "/v1/sign-in" }, options);
  }

  /** Signs out. */
  delete(options?: RequestOptions): APIPromise<SignedOut> {
    return this.#transport.json({ method: "DELETE", path: "/v1/sign-in" }, options);
  }

  /** Chooses a password by a welcome link, and signs in. */
  welcome(body: SignInWelcomeBody, options?: RequestOptions): APIPromise<SignedIn> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in/welcome", body }, options);
  }

  /** Enters one's password again, for what is about the whole account in the next ten minutes. */
  confirm(body: ConfirmBody, options?: RequestOptions): APIPromise<Confirmed> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in/confirm", body }, options);
  }

  /** Signs out everywhere. */
  deleteAll(options?: RequestOptions): APIPromise<SignedOut> {
    return this.#transport.json({ method: "DELETE", path: "/v1/sign-in/all" }, options);
  }

  /** One's own, newest first. */
  list(options?: RequestOptions): APIPromise<SignInList> {
    return this.#transport.json({ method: "GET", path: "/v1/sign-in/list" }, options);
  }

  /** All other sign-ins end. */
  changePassword(body: PasswordBody, options?: RequestOptions): APIPromise<PasswordChanged> {
    return this.#transport.json({ method: "PUT", path: "/v1/sign-in/password", body }, options);
  }
}
