import type { Field } from "./document.ts";
import { GraphqlRefusal } from "./graphql-refusal.ts";

/** Fields of each type. A string is the type of an object field, and null means a scalar. */
const fieldsOf = {
  ConvertPullRequestToDraftPayload: { clientMutationId: null, pullRequest: "PullRequest" },
  MarkPullRequestReadyForReviewPayload: { clientMutationId: null, pullRequest: "PullRequest" },
  AddReactionPayload: { clientMutationId: null, reaction: "Reaction" },
  PullRequest: { id: null, number: null, title: null, url: null, state: null, isDraft: null },
  Reaction: { id: null, content: null },
} as const satisfies Record<string, Readonly<Record<string, string | null>>>;
export type TypeName = keyof typeof fieldsOf;

/**
 * Throws a `GraphqlRefusal` if the type does not have a requested field or the selection is not valid. Callers check the selection before
 * they run the mutation.
 */
export function checkSelection(type: TypeName, { name, fields }: Field): void {
  if (fields === null)
    throw refused(`Field must have selections (field '${name}' returns ${type} but has no selections).`);
  const known: Readonly<Record<string, string | null>> = { ...fieldsOf[type], __typename: null };
  for (const field of fields) {
    const inner = Object.hasOwn(known, field.name) ? known[field.name] : undefined;
    if (inner === undefined) throw refused(`Field '${field.name}' doesn't exist on type '${type}'`);
    if (Object.keys(field.input).length > 0) throw refused(`Field '${field.name}' doesn't accept arguments`);
    if (inner !== null) checkSelection(inner as TypeName, field);
    else if (field.fields !== null)
      throw refused(`Selections can't be made on scalars (field '${field.name}').`);
  }
}

/** Returns the requested fields of a value, under their aliases. */
export function select(
  type: TypeName,
  value: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
): unknown {
  const types: Readonly<Record<string, string | null>> = fieldsOf[type];
  return Object.fromEntries(
    fields.map(({ alias, name, fields: wanted }) => {
      if (name === "__typename") return [alias, type];
      const inner = types[name] ?? null;
      return [
        alias,
        inner === null || wanted === null
          ? value[name]
          : select(inner as TypeName, value[name] as Readonly<Record<string, unknown>>, wanted),
      ];
    }),
  );
}

const refused = (message: string) => new GraphqlRefusal("undefinedField", message);
