import assert from "node:assert/strict";
import { test } from "node:test";
import { rebaseEdit, settleEdit, showEdit } from "./edit-state.ts";

interface Words {
  readonly name: string;
  readonly script: string;
  readonly repository: { readonly id: string; readonly name: string };
}

const compared = (words: Words) => ({ ...words, repository: words.repository.id });
const base: Words = { name: "Web", script: "make", repository: { id: "r1", name: "acme/web" } };
const theirs = { ...base, script: "npm ci" };

test("shows the newer values if an edit was undone, and not the old ones", () => {
  assert.deepEqual(showEdit({ base, draft: { ...base } }, theirs, compared), {
    base: theirs,
    draft: theirs,
    isDirty: false,
    hasMoved: false,
  });
});

test("reports a change by someone else during an edit, but not a new name of a repository", () => {
  const draft = { ...base, name: "Shop" };
  assert.deepEqual(showEdit({ base, draft }, theirs, compared), {
    base,
    draft,
    isDirty: true,
    hasMoved: true,
  });
  const renamed = { ...base, repository: { id: "r1", name: "acme/site" } };
  assert.equal(showEdit({ base, draft }, renamed, compared).hasMoved, false);
  assert.equal(showEdit({ base, draft: renamed }, base, compared).isDirty, false);
});

test("keeps only the edited fields on top of the values of someone else", () => {
  const draft = { ...base, name: "Shop" };
  assert.deepEqual(rebaseEdit({ base, draft }, theirs, compared), {
    base: theirs,
    draft: { ...theirs, name: "Shop" },
  });
});

test("ends the saved edits, and keeps those that were made while the request ran", () => {
  const submitted = { ...base, name: " Shop " };
  const saved = { ...theirs, name: "Shop" };
  const settled = (draft: Words) => settleEdit({ base, draft }, { submitted, saved }, compared);
  assert.equal(settled(submitted), null);
  assert.deepEqual(settled({ ...submitted, script: "make all" }), {
    base: saved,
    draft: { ...saved, script: "make all" },
  });
  assert.deepEqual(settled(base)?.draft, { ...saved, name: "Web" });
  assert.equal(settleEdit(null, { submitted, saved }, compared), null);
});
