import assert from "node:assert/strict";
import { test } from "node:test";
import { derivedId } from "../../../base/index.ts";
import { aForgeUser } from "../testing/memory-forge.ts";
import { messageAuthor } from "./message-author.ts";

test("uses the author's name and email from the forge, or derives them from the ID and login", () => {
  const known = aForgeUser("ada", { name: "Ada Lovelace", email: "ada@example.com" });
  assert.deepEqual(messageAuthor(known, "github.com"), {
    name: "Ada Lovelace",
    email: "ada@example.com",
    login: "ada",
    avatarUrl: null,
  });
  const unknown = messageAuthor(aForgeUser("Ada L.", { id: "{7-a}" }), "bitbucket.org");
  assert.deepEqual([unknown.name, unknown.email], ["Ada L.", "-7-a-+Ada-L.@users.noreply.bitbucket.org"]);
});

test("removes characters that are invalid in a commit author", () => {
  const { name, email } = messageAuthor(aForgeUser("<>", { name: "A<b>\n", email: "a@b>\n" }), "h");
  assert.deepEqual([name, email], ["Ab", "a@b"]);
  assert.equal(messageAuthor(aForgeUser("<>"), "h").name, "Unknown");
});

test("derives the same UUID from the same parts, and a different UUID from other parts", () => {
  const id = derivedId("message", "1", "2");
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(derivedId("message", "1", "2"), id);
  assert.notEqual(derivedId("message", "12", ""), id);
});
