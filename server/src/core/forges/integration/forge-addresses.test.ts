import assert from "node:assert/strict";
import { test } from "node:test";
import { forgeKinds } from "../../../forge/create-forges.ts";
import { getConnectableForge } from "../forge/find-forge-kind.ts";
import { forgeAddresses } from "./forge-addresses.ts";
import { canReachUs } from "./webhook-url.ts";

const descriptorOf = (forge: string) => getConnectableForge({ forgeKinds }, forge).descriptor;

test("derives a forge's API URL from its web URL", () => {
  const apiOf = (forge: string, baseUrl?: string) => forgeAddresses(descriptorOf(forge), { baseUrl }).apiUrl;
  assert.equal(apiOf("github"), "https://api.github.com");
  assert.equal(apiOf("github", "https://GitHub.com/"), "https://api.github.com");
  assert.equal(apiOf("github", "https://ghe.example:8443"), "https://ghe.example:8443/api/v3");
  assert.equal(apiOf("gitlab"), "https://gitlab.com/api/v4");
  assert.equal(apiOf("gitlab", "https://git.example/gitlab/"), "https://git.example/gitlab/api/v4");
  assert.equal(apiOf("gitea", "http://127.0.0.1:3001"), "http://127.0.0.1:3001/api/v1");
  assert.equal(apiOf("bitbucket"), "https://api.bitbucket.org/2.0");
});

test("accepts an explicit API URL", () => {
  assert.deepEqual(
    forgeAddresses(descriptorOf("bitbucket"), {
      baseUrl: "http://127.0.0.1:1",
      apiUrl: "http://127.0.0.1:1/2.0/",
    }),
    { webUrl: "http://127.0.0.1:1", apiUrl: "http://127.0.0.1:1/2.0" },
  );
});

test("rejects an invalid forge URL, and explains the fix", () => {
  const refused = (forge: string, baseUrl: string | undefined, why: RegExp) =>
    assert.throws(() => forgeAddresses(descriptorOf(forge), { baseUrl }), {
      code: "invalid_input",
      message: why,
    });
  refused("gitea", undefined, /self-hosted/);
  refused("bitbucket", "https://bitbucket.example", /"apiUrl"/);
  refused("gitlab", "https://user:secret@git.example", /without a username/);
  refused("gitlab", "ftp://git.example", /http or https/);
  refused("gitlab", "https://git.example/?a", /without "\?"/);
});

test("treats a loopback URL as reachable only from a forge on the same machine", () => {
  for (const address of ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"]) {
    assert.equal(canReachUs(address, "https://github.com"), false, address);
    assert.equal(canReachUs(address, "http://127.0.0.1:3001"), true, address);
  }
  assert.equal(canReachUs("https://tembo.example", "https://github.com"), true);
});
