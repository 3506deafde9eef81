import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { authorOf, gitEnvironmentOf, temboIdentity, trailersOf } from "./identity.ts";

const person = (name: string, email: string, login: string | null = null) => ({
  author: { name, email, login, avatarUrl: null },
});

test("uses the person who sent the message as the commit author", () => {
  assert.deepEqual(authorOf(person("Ada Example", "ada@example.com")), {
    name: "Ada Example",
    email: "ada@example.com",
  });
  assert.deepEqual(authorOf({ author: null }), temboIdentity);
});

test("falls back to the login for a missing name, and to Tembo for a missing email address", () => {
  assert.equal(authorOf(person("  .,", "ada@example.com", "ada")).name, "ada");
  assert.deepEqual(authorOf(person("Ada", "")), temboIdentity);
  assert.deepEqual(authorOf(person("", "ada@example.com")), temboIdentity);
});

test("removes characters that could inject a header or trailer", () => {
  const author = authorOf(person("Ada <root@example.com>\ncommitter Eve\0", "a\n@b>c.com"));
  assert.deepEqual(author, { name: "Ada root@example.com committer Eve", email: "a@bc.com" });
});

test("passes author names in a form that git keeps unchanged", () => {
  for (const name of ['"Quoted"', "Ünï Cödé 👩‍💻", "A.", "\ud800 half", "O'Neil, Jr."]) {
    const { GIT_AUTHOR_NAME, ...rest } = gitEnvironmentOf(person(name, "ada@example.com"));
    const ident = execFileSync("git", ["var", "GIT_AUTHOR_IDENT"], {
      cwd: "/",
      env: { PATH: process.env.PATH, GIT_AUTHOR_NAME, ...rest },
      encoding: "utf8",
    });
    assert.ok(ident.startsWith(`${GIT_AUTHOR_NAME} <ada@example.com> `), ident);
  }
});

test("adds Tembo as co-author of a person's commit, but not of its own", () => {
  const session = { id: "s1" };
  assert.equal(
    trailersOf(session, { name: "Ada", email: "ada@example.com" }),
    "Tembo-Session: s1\nCo-authored-by: Tembo <tembo@users.noreply.localhost>",
  );
  assert.equal(trailersOf(session, temboIdentity), "Tembo-Session: s1");
});

test("sets the person as author and Tembo as committer in the sandbox", () => {
  assert.deepEqual(gitEnvironmentOf(person("Ada", "ada@example.com")), {
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Tembo",
    GIT_COMMITTER_EMAIL: "tembo@users.noreply.localhost",
  });
});
