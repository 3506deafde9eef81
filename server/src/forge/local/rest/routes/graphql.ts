import { z } from "zod";
import { readMutation } from "../graphql/document.ts";
import { GraphqlRefusal, graphqlRefusalOf } from "../graphql/graphql-refusal.ts";
import { mutations } from "../graphql/mutations.ts";
import { checkSelection, select } from "../graphql/select.ts";
import { ApiRefusal } from "../refusal.ts";
import { type ApiAnswer, type ApiRequest, ok, type Route, route } from "../route.ts";

const asked = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() });

/**
 * Serves the GraphQL operations for which GitHub's REST API has no endpoint. They change the draft state of pull requests and add reactions
 * to reviews. Clients whose path prefix is not `/api/v3` expect GraphQL below the REST API.
 */
export const graphqlRoutes: readonly Route[] = [route("POST /graphql", answer)];

async function answer(request: ApiRequest): Promise<ApiAnswer> {
  const parsed = asked.safeParse(request.body);
  if (!parsed.success) throw new ApiRefusal(400, "A query attribute must be specified and must be a string.");
  let path: readonly string[] | null = null;
  try {
    const field = readMutation(parsed.data.query, parsed.data.variables ?? {});
    const mutation = mutations.get(field.name);
    if (mutation === undefined) {
      const known = [...mutations.keys()].join(", ");
      throw new GraphqlRefusal(
        "undefinedField",
        `Field '${field.name}' doesn't exist on type 'Mutation' of this forge, which supports ${known}. Use REST for everything else.`,
      );
    }
    checkSelection(mutation.payload, field);
    const { input, ...others } = field.input;
    if (Object.keys(others).length > 0)
      throw new GraphqlRefusal("argumentNotAccepted", `Field '${field.name}' accepts only "input".`);
    path = [field.alias];
    const payload = {
      clientMutationId: (input as { readonly clientMutationId?: unknown } | null)?.clientMutationId ?? null,
      ...(await mutation.run(request, input)),
    };
    return ok({ data: { [field.alias]: select(mutation.payload, payload, field.fields!) } });
  } catch (cause) {
    const refusal = graphqlRefusalOf(cause);
    if (refusal === null) throw cause;
    const { type, message } = refusal;
    // The response contains no `data` if the error occurred before the mutation started.
    return path === null
      ? ok({ errors: [{ type, message }] })
      : ok({ data: { [path[0]!]: null }, errors: [{ type, path, message }] });
  }
}
