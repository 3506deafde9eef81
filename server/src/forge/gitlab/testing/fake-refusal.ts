/** Error response from the fake, with the same body as GitLab's. */
export class FakeRefusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

export const notFound = (what = "404 Not found") => new FakeRefusal(404, { message: what });
export const unauthorized = () => new FakeRefusal(401, { message: "401 Unauthorized" });
export const forbidden = () => new FakeRefusal(403, { message: "403 Forbidden" });

/** Throws Grape's error if a parameter is missing. */
export function needs(body: Record<string, unknown>, ...names: readonly string[]): void {
  const missing = names.filter((name) => body[name] === undefined);
  if (missing.length > 0) {
    throw new FakeRefusal(400, { error: missing.map((name) => `${name} is missing`).join(", ") });
  }
}
