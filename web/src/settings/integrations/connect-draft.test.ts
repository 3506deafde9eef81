import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeSetupMethod } from "@tembo-io/sdk";
import { bodyOf, emptyDraft } from "./connect-draft.ts";

const draft = { ...emptyDraft(undefined), type: "forge" };
const label = "Label";
const app: ForgeSetupMethod = {
  credential: "appManifest",
  label,
  fields: [{ name: "appOrganization", kind: "text", label, isRequired: false }],
  continuesOnForge: true,
};
const token: ForgeSetupMethod = {
  credential: "accessToken",
  label,
  fields: [
    { name: "accessToken", kind: "secret", label, isRequired: true },
    { name: "username", kind: "text", label, isRequired: false },
  ],
  continuesOnForge: false,
};
const oauth: ForgeSetupMethod = {
  credential: "oauth",
  label,
  fields: [
    { name: "oauth.clientId", kind: "text", label, isRequired: true },
    { name: "oauth.clientSecret", kind: "secret", label, isRequired: true },
  ],
  continuesOnForge: true,
};

test("creates a new app for the specified organization, or for the user without one", () => {
  assert.deepEqual(bodyOf(draft, app), { type: "forge", appManifest: true });
  assert.deepEqual(bodyOf({ ...draft, values: { appOrganization: " acme " } }, app), {
    ...{ type: "forge", appManifest: true, appOrganization: "acme" },
  });
});

test("sends only the fields of the selected method", () => {
  const values = { accessToken: " t ", username: " me ", "oauth.clientId": "c", "oauth.clientSecret": "s" };
  const typed = { ...draft, values, baseUrl: " https://git.example ", isPolled: true };
  const own = { type: "forge", baseUrl: "https://git.example", events: "polling" };
  assert.deepEqual(bodyOf(typed, token), { ...own, accessToken: "t", username: "me" });
  assert.deepEqual(bodyOf(typed, oauth), { ...own, oauth: { clientId: "c", clientSecret: "s" } });
  const withoutUsername = { ...token, fields: token.fields.slice(0, 1) };
  assert.deepEqual(bodyOf(typed, withoutUsername), { ...own, accessToken: "t" });
});

test("sends a required field even if it is empty, so that the server's error names the field", () => {
  assert.deepEqual(bodyOf(draft, token), { type: "forge", accessToken: "" });
});
