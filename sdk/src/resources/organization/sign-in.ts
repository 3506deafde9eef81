import type { RequestOptions } from "../../options.ts";
import type { APIPromise } from "../../request/api-promise.ts";
import type { Transport } from "../../transport.ts";
import type { SignedIn, SignedOut, SignInCreateBody, SignInState } from "../../types.ts";

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
}
