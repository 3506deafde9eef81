import { schema as source } from "@octokit/graphql-schema";
import { buildSchema, type GraphQLSchema, parse, validate } from "graphql";

let schema: GraphQLSchema | null = null;

/** Validates a GraphQL document against GitHub's own schema. */
export function checkGraphql(query: unknown): string[] {
  if (typeof query !== "string") return ["has no query"];
  // The schema defines a field twice, and graphql's validation would reject this.
  schema ??= buildSchema(source.idl, { assumeValid: true });
  return validate(schema, parse(query)).map(({ message }) => message);
}
