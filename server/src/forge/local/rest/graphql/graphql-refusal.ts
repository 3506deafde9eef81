import { type ApiRefusal, refusalOf } from "../refusal.ts";

/** Rejection of a GraphQL request. As on GitHub, the response has status 200 and an error in its body. */
export class GraphqlRefusal extends Error {
  override readonly name = "GraphqlRefusal";
  /** Type of the error, in GitHub's terms: "NOT_FOUND". */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Converts an error to a rejection, or returns null for an unexpected failure. */
export function graphqlRefusalOf(cause: unknown): GraphqlRefusal | null {
  if (cause instanceof GraphqlRefusal) return cause;
  const refusal = refusalOf(cause);
  return refusal && new GraphqlRefusal(types[refusal.status] ?? "UNPROCESSABLE", refusalMessage(refusal));
}

const types: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND" };

const refusalMessage = ({ message, errors }: ApiRefusal) =>
  errors.map((error) => error.message ?? error.code).join("; ") || message;
