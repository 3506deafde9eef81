import { type ApiRefusal, refusalOf } from "../refusal.ts";

/** Something that is refused over GraphQL: GitHub answers 200, and says so in the body. */
export class GraphqlRefusal extends Error {
  override readonly name = "GraphqlRefusal";
  /** In GitHub's words: "NOT_FOUND". */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Null for what is no refusal but a failure. */
export function graphqlRefusalOf(cause: unknown): GraphqlRefusal | null {
  if (cause instanceof GraphqlRefusal) return cause;
  const refusal = refusalOf(cause);
  return refusal && new GraphqlRefusal(types[refusal.status] ?? "UNPROCESSABLE", sentenceOf(refusal));
}

const types: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND" };

const sentenceOf = ({ message, errors }: ApiRefusal) =>
  errors.map((error) => error.message ?? error.code).join("; ") || message;
