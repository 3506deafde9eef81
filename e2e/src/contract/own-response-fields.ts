import { ownProjectFields } from "./disagreements/project.ts";

interface OwnFields {
  /** Field of the response with the objects or the object, or null if it is the response itself. */
  readonly in: string | null;
  readonly fields: readonly string[];
}

const projectFields = [...ownProjectFields, "lastBuild"];
const session: OwnFields = {
  in: null,
  fields: ["snapshotId", "runsOn", "archivedAt", "attempt", "attention"],
};
const preferences: readonly OwnFields[] = [
  { in: "composerPreferences", fields: ["enterSends"] },
  { in: "dashboardPreferences", fields: ["savedViews"] },
];
const variable: OwnFields = { in: "items", fields: ["scope"] };

/** Fields that Tembo adds to objects in the vendor's responses, by operation and status. */
const ownFields: Readonly<Record<string, OwnFields | readonly OwnFields[]>> = {
  "GET /v1/sessions 200": { in: "items", fields: ["archivedAt", "attempt", "attention"] },
  "POST /v1/sessions 201": session,
  "POST /v1/sessions/{sessionId}/fork 201": session,
  "GET /v1/sessions/{sessionId} 200": session,
  "PATCH /v1/sessions/{sessionId} 200": session,
  "GET /v1/users/{userId}/settings 200": preferences,
  "PATCH /v1/users/{userId}/settings 200": preferences,
  "GET /v1/projects 200": { in: "items", fields: projectFields },
  "POST /v1/projects 201": { in: "project", fields: projectFields },
  "GET /v1/projects/{projectId} 200": { in: null, fields: projectFields },
  "PATCH /v1/projects/{projectId} 200": { in: null, fields: projectFields },
  "GET /v1/projects/{projectId}/builds 200": { in: "items", fields: ["snapshotId"] },
  "GET /v1/projects/{projectId}/builds/{buildId} 200": { in: null, fields: ["snapshotId"] },
  "GET /v1/projects/{projectId}/environment-variables 200": variable,
  "POST /v1/projects/{projectId}/environment-variables 201": variable,
};

/** Removes the fields that Tembo adds to a response of the vendor's contract. */
export function withoutOwnResponseFields(name: string, body: unknown): unknown {
  return [ownFields[name] ?? []].flat().reduce(withoutFields, body);
}

function withoutFields(body: unknown, own: OwnFields): unknown {
  if (!isObject(body)) return body;
  if (own.in === null) return without(body, own.fields);
  if (!(own.in in body)) return body;
  const inner = body[own.in];
  const cleaned = Array.isArray(inner)
    ? inner.map((one) => (isObject(one) ? without(one, own.fields) : one))
    : isObject(inner)
      ? without(inner, own.fields)
      : inner;
  return { ...body, [own.in]: cleaned };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const without = (value: Record<string, unknown>, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field)));
