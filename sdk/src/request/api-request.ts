export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path that starts with a slash, with encoded parameters (`pathOf`). */
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  /** Bytes to send unchanged instead of a JSON body. */
  readonly bytes?: { readonly content: Uint8Array<ArrayBuffer>; readonly mediaType: string };
  readonly headers?: Readonly<Record<string, string>>;
}
