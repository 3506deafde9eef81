import assert from "node:assert/strict";
import { test } from "node:test";
import { pullRequestOffers } from "./pull-requests-query.ts";

const pull = (number: number | null, title: string | null, sourceBranch: string | null) => ({
  ...{ id: `p${number}`, number, title, sourceBranch },
  codeRepository: { name: "web" },
});
const pulls = [pull(12, "Fix the kettle", "fix-kettle"), pull(3, null, null), pull(null, "Unknown", "x")];
const offers = (typed: string, isOfSeveral = false, most = 8) =>
  pullRequestOffers(pulls, typed, { isOfSeveral, most }).map(({ label, note, writes }) => [
    label,
    note,
    writes,
  ]);

test("offers pull requests by number and title, and inserts the number and the branch", () => {
  assert.deepEqual(offers(""), [
    ["#12 Fix the kettle", "fix-kettle", "#12 (fix-kettle)"],
    ["#3", "", "#3"],
  ]);
  for (const typed of ["12", "#12", "KETTLE"]) assert.equal(offers(typed).length, 1);
  assert.deepEqual(offers("13"), []);
  assert.equal(offers("", false, 1).length, 1);
});

test("names the repository if there are several", () => {
  assert.deepEqual(offers("12", true), [["#12 Fix the kettle", "web · fix-kettle", "web#12 (fix-kettle)"]]);
});
