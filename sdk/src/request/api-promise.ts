/** The result of a request, with its response. */
export interface APIAnswer<T> {
  readonly data: T;
  /** The status and the headers of the response. The client has already read the body. */
  readonly response: Response;
  /** The ID of the request in the server's logs, or null if the server sent none. */
  readonly requestID: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: the built-in Promise type uses `any` too
type Reason = any;

/**
 * The pending result of a request. Awaiting the promise returns the data. `withResponse()` also returns the response.
 */
export class APIPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = "APIPromise";
  readonly #answer: Promise<APIAnswer<T>>;

  constructor(answer: Promise<APIAnswer<T>>) {
    this.#answer = answer;
  }

  /** Returns the data together with the response of the last attempt. Rejects with the same errors as the promise. */
  withResponse(): Promise<APIAnswer<T>> {
    return this.#answer;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise; a wrapped second promise would leave a rejection unhandled
  then<Fulfilled = T, Rejected = never>(
    onFulfilled?: ((data: T) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: Reason) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#answer.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  catch<Rejected = never>(
    onRejected?: ((reason: Reason) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<T | Rejected> {
    return this.then(null, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }
}
