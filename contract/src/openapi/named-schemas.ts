import { z } from "zod";
import * as common from "../common.ts";
import { eventData } from "../event/event-data.ts";
import * as contract from "../index.ts";
import { webhookPayload } from "../webhook/webhook-event.ts";

/**
 * Names of the contract's objects and unions. Each name is the schema's export name, capitalized, so generated clients
 * have types with these names.
 */
export const namedSchemas: ReadonlyMap<z.ZodType, string> = collect();

/**
 * Returns the name of a request body, or undefined if the contract does not export its schema. It always ends with
 * `Body` or `Update`, because a response with the same schema has a different shape: in requests, fields with a default
 * are optional.
 */
export function bodyName(body: z.ZodType): string | undefined {
  const name = namedSchemas.get(body);
  return name === undefined || /(?:Body|Update)$/.test(name) ? name : `${name}Body`;
}

function collect(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  for (const [name, schema] of Object.entries({ ...common, ...contract }))
    if (schema instanceof z.ZodObject || schema instanceof z.ZodUnion) addName(names, schema, capital(name));
  addName(names, eventData, "EventData");
  for (const option of eventData.options)
    addName(names, option, `${words(option.unwrap().shape.type.value)}Event`);
  for (const option of webhookPayload.options)
    addName(names, option, `${words([...option.shape.type.values][0]!)}Payload`);
  return names;
}

/** Throws if the schema has another name, because the document would use only one. Queries may have several, because they are no components. */
export function addName(names: Map<z.ZodType, string>, schema: z.ZodType, name: string): void {
  const other = names.get(schema);
  if (other === undefined) names.set(schema, name);
  else if (other !== name && !name.endsWith("Query"))
    throw new Error(
      `The contract exports one schema as ${other} and ${name}. Define a schema for each name.`,
    );
}

/** Returns the words of a type's name: `TurnStarted` for `turn.started`, `PullRequestOpened` for `pull_request.opened`. */
function words(type: string): string {
  return type.split(/[._]/).map(capital).join("");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
