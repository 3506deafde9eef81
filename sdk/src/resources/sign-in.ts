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

/** Signing in and out in a browser page. Requires `new Tembo({ apiKey: null })`. */
export class SignInResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Signs in. The response sets the cookie. */
  create(body: SignInCreateBody, options?: RequestOptions): APIPromise<SignedIn> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in", body }, options);
  }

  /** Returns the sign-in state, even if no user is signed in. */
  retrieve(options?: RequestOptions): APIPromise<SignInState> {
    return this.#transport.json({ method: "GET", path: "/v1/sign-in" }, options);
  }

  delete(options?: RequestOptions): APIPromise<SignedOut> {
    return this.#transport.json({ method: "DELETE", path: "/v1/sign-in" }, options);
  }

  /** Sets a password with an invitation link, and signs in. */
  welcome(body: SignInWelcomeBody, options?: RequestOptions): APIPromise<SignedIn> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in/welcome", body }, options);
  }

  /** Confirms your password, which allows changes to the whole account for the next ten minutes. */
  confirm(body: ConfirmBody, options?: RequestOptions): APIPromise<Confirmed> {
    return this.#transport.json({ method: "POST", path: "/v1/sign-in/confirm", body }, options);
  }

  /** Signs out in all browsers. */
  deleteAll(options?: RequestOptions): APIPromise<SignedOut> {
    return this.#transport.json({ method: "DELETE", path: "/v1/sign-in/all" }, options);
  }

  /** Lists your own sign-ins, newest first. */
  list(options?: RequestOptions): APIPromise<SignInList> {
    return this.#transport.json({ method: "GET", path: "/v1/sign-in/list" }, options);
  }

  /** Sets or changes your password and revokes all your other sign-ins. */
  changePassword(body: PasswordBody, options?: RequestOptions): APIPromise<PasswordChanged> {
    return this.#transport.json({ method: "PUT", path: "/v1/sign-in/password", body }, options);
  }
}
