import assert from "node:assert/strict";
import { test } from "node:test";
import { forgeKinds } from "../../../forge/create-forges.ts";
import { getConnectableForge } from "../forge/find-forge-kind.ts";
import { requireAccepted } from "./require-accepted.ts";

const kindOf = (name: string) => getConnectableForge({ forgeKinds }, name);

test("accepts the credentials and fields that the forge's descriptor names", () => {
  requireAccepted(kindOf("github"), { appManifest: true });
  requireAccepted(kindOf("gitlab"), { oauth: {} });
  requireAccepted(kindOf("bitbucket"), { accessToken: "t", username: "me" });
});

test("rejects a credential that the forge does not accept, and names the accepted ones", () => {
  assert.throws(() => requireAccepted(kindOf("gitlab"), { appManifest: true }), {
    code: "invalid_input",
    field: "appManifest",
    message: 'GitLab does not accept "appManifest". Send exactly one of "accessToken", "oauth".',
  });
});

test("rejects a username for a token that does not need one", () => {
  assert.throws(() => requireAccepted(kindOf("github"), { accessToken: "t", username: "me" }), {
    code: "invalid_input",
    field: "username",
  });
});

test("rejects an unknown kind of forge and the built-in forge", () => {
  for (const name of ["sourceforge", "local"])
    assert.throws(() => kindOf(name), {
      code: "invalid_input",
      field: "type",
      message: `Unknown forge "${name}". Use one of: github, gitlab, bitbucket, gitea.`,
    });
});
