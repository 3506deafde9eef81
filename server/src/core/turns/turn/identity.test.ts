import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { authorOf, gitEnvironmentOf, temboIdentity, trailersOf } from "./identity.ts";

const person = (name: string, email: string, login: string | null = null) => ({
  author: { name, email, login, avatarUrl: null },
});

test("commits of a turn are authored by whoever asked for it", () => {
  assert.deepEqual(authorOf(person("Ada Example", "ada@example.com")), {
    name: "Ada Example",
    email: "ada@example.com",
  });
  assert.deepEqual(authorOf({ author: null }), temboIdentity);
});

test("a login stands for a name that is missing, and Tembo for an author without an address", () => {
  assert.equal(authorOf(person("  .,", "ada@example.com", "ada")).name, "ada");
  assert.deepEqual(authorOf(person("Ada", "")), temboIdentity);
  assert.deepEqual(authorOf(person("", "ada@example.com")), temboIdentity);
});

test("a name cannot write a header or a trailer of its own", () => {
  const author = authorOf(person("Ada <root@example.com>\ncommitter Eve\0", "a\n@b>c.com"));
  assert.deepEqual(author, { name: "Ada root@example.com committer Eve", email: "a@bc.com" });
});

test("git takes every name as it is given", () => {
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

test("Tembo is named as a further author beside a person, and not beside itself", () => {
  const session = { id: "s1" };
  assert.equal(
    trailersOf(session, { name: "Ada", email: "ada@example.com" }),
    "Tembo-Session: s1\nCo-authored-by: Tembo <tembo@users.noreply.localhost>",
  );
  assert.equal(trailersOf(session, temboIdentity), "Tembo-Session: s1");
});

test("inside the sandbox the asker is the author and Tembo commits", () => {
  assert.deepEqual(gitEnvironmentOf(person("Ada", "ada@example.com")), {
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Tembo",
    GIT_COMMITTER_EMAIL: "tembo@users.noreply.localhost",
  });
});
