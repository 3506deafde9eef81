import { schema as source } from "@octokit/graphql-schema";
import { buildSchema, type GraphQLSchema, parse, validate } from "graphql";

let schema: GraphQLSchema | null = null;

/** Complaints about a GraphQL document, by GitHub's own schema. */
export function checkGraphql(query: unknown): string[] {
  if (typeof query !== "string") return ["has no query"];
  // By the rules of graphql it has faults: GitHub defines a field twice.
  schema ??= buildSchema(source.idl, { assumeValid: true });
  return validate(schema, parse(query)).map(({ message }) => message);
}
