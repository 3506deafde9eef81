import { type ApiRefusal, refusalOf } from "../refusal.ts";

/** A rejected GraphQL request. GitHub responds with status 200 and an error in the body. */
export class GraphqlRefusal extends Error {
  override readonly name = "GraphqlRefusal";
  /** GitHub's error type: "NOT_FOUND". */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Converts an error into a rejected request, or returns null for an unexpected failure. */
export function graphqlRefusalOf(cause: unknown): GraphqlRefusal | null {
  if (cause instanceof GraphqlRefusal) return cause;
  const refusal = refusalOf(cause);
  return refusal && new GraphqlRefusal(types[refusal.status] ?? "UNPROCESSABLE", refusalMessage(refusal));
}

const types: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND" };

const refusalMessage = ({ message, errors }: ApiRefusal) =>
  errors.map((error) => error.message ?? error.code).join("; ") || message;
