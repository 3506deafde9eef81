import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../core/base/index.ts";
import { cloneRemote } from "./clone-remote.ts";

const credential = { username: "bot", password: "secret" };
const web = "https://forge.example:8443/base";

/** Clone URLs that a hostile forge could return, each with a description. */
const hostile: readonly (readonly [string, string])[] = [
  ["a path", "/var/lib/tembo/forge/acme/app.git"],
  ["a relative path", "../../forge/acme/app.git"],
  ["a file URL", "file:///var/lib/tembo/forge/acme/app.git"],
  ["a file URL with the host", "file://forge.example:8443/app.git"],
  ["a program", "ext::sh -c id"],
  ["a program behind the host", "ext::https://forge.example:8443/app.git"],
  ["a transport before the URL", "fd::https://forge.example:8443/app.git"],
  ["ssh", "ssh://forge.example:8443/app.git"],
  ["scp syntax", "git@forge.example:acme/app.git"],
  ["the git protocol", "git://forge.example:8443/app.git"],
  ["an option", "--upload-pack=touch /tmp/ran"],
  ["another host", "https://other.example:8443/app.git"],
  ["a host with the same prefix", "https://forge.example.evil:8443/app.git"],
  ["another port", "https://forge.example/app.git"],
  ["the loopback address", "https://127.0.0.1:8443/app.git"],
  ["no encryption", "http://forge.example:8443/app.git"],
  ["a user", "https://bot@forge.example:8443/app.git"],
  ["a user and a password", "https://bot:secret@forge.example:8443/app.git"],
  ["an empty user", "https://@forge.example:8443/app.git"],
  ["a user before another host", "https://forge.example:8443@other.example/app.git"],
  ["a query", "https://forge.example:8443/app.git?service=x"],
  ["a fragment", "https://forge.example:8443/app.git#x"],
  ["a backslash", "https:\\\\forge.example:8443\\app.git"],
  ["a backslash before another host", "https://other.example\\@forge.example:8443/app.git"],
  ["a second line", "https://forge.example:8443/app.git\nurl = /etc"],
  ["a tab in the host", "https://forge.example\t:8443/app.git"],
  ["no slashes", "https:forge.example:8443/app.git"],
  ["an empty URL", ""],
];

for (const [what, url] of hostile)
  test(`rejects a clone URL before requesting a credential: ${what}`, async () => {
    const refused = cloneRemote(url, web, () => assert.fail("the forge requested a credential"));
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof AppError && error.code === "forge_failed");
      assert.match(error.message, /uses only URLs on forge\.example:8443/);
      return true;
    });
  });

test("accepts http and https URLs on the integration's host", async () => {
  const urlOf = async (url: string, webUrl: string) =>
    (await cloneRemote(url, webUrl, async () => credential)).url;
  const url = "https://forge.example:8443/git/acme/app.git";
  assert.deepEqual(await cloneRemote(url, web, async () => credential), { kind: "https", url, credential });
  for (const [cloneUrl, webUrl] of [
    ["https://FORGE.example/app.git", "https://forge.example"],
    ["https://forge.example:443/app.git", "https://forge.example"],
    ["http://forge.example/app.git", "http://forge.example"],
    ["https://forge.example/app.git", "http://forge.example"],
    ["http://[::1]:3000/app.git", "http://[::1]:3000"],
  ] as const)
    assert.equal(await urlOf(cloneUrl, webUrl), cloneUrl);
});
