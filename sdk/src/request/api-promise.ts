/** What a request came to, with the response that brought it. */
export interface APIAnswer<T> {
  readonly data: T;
  /** Its status and headers; the body is read already. */
  readonly response: Response;
  /** What the server calls this request in its logs; null when it does not say. */
  readonly requestID: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: as the language's own promises have it
type Reason = any;

/** The answer to a request. Awaited it is the data alone; `withResponse()` gives the response beside them. */
export class APIPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = "APIPromise";
  readonly #answer: Promise<APIAnswer<T>>;

  constructor(answer: Promise<APIAnswer<T>>) {
    this.#answer = answer;
  }

  /** Of the last attempt. Rejects as the promise itself does. */
  withResponse(): Promise<APIAnswer<T>> {
    return this.#answer;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and no second one whose rejection nobody would handle
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
