export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash; parameters already encoded (`pathOf`). */
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  /** Sent as they are, in place of a JSON body. */
  readonly bytes?: { readonly content: Uint8Array<ArrayBuffer>; readonly mediaType: string };
  readonly headers?: Readonly<Record<string, string>>;
}
