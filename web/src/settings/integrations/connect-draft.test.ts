import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, emptyDraft } from "./connect-draft.ts";

test("a new GitHub app belongs to the organization that is given, and else to the person", () => {
  const draft = { ...emptyDraft, way: "appManifest" } as const;
  assert.deepEqual(bodyOf(draft), { type: "github", appManifest: true });
  assert.deepEqual(bodyOf({ ...draft, appOrganization: " acme " }), {
    ...{ type: "github", appManifest: true, appOrganization: "acme" },
  });
});
