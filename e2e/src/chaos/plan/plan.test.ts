import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScript } from "../../scripted-model/parse-script.ts";
import { faultKinds, planFaults } from "./faults.ts";
import { planWork, tokenOf } from "./work.ts";

test("plans the same faults and messages for the same seed, and others for another seed", () => {
  const planOf = (seed: number) => [
    planFaults({ seed, minutes: 20 }),
    planWork({ seed, minutes: 20, sessions: 60 }),
  ];
  assert.deepEqual(planOf(1), planOf(1));
  const [faults, work] = planOf(1);
  const [otherFaults, otherWork] = planOf(2);
  assert.notDeepEqual(faults, otherFaults);
  assert.notDeepEqual(work, otherWork);
});

test("plans each kind of fault in a full run, in order and within the time", () => {
  for (const seed of [1, 2, 3]) {
    const faults = planFaults({ seed, minutes: 20 });
    assert.deepEqual(new Set(faults.map(({ kind }) => kind)), new Set(faultKinds));
    const times = faults.map(({ atMs }) => atMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times[0]! >= 0 && times.at(-1)! <= 20 * 60_000);
  }
});

test("plans only the requested kinds of faults, and none if none is requested", () => {
  const kinds = planFaults({ seed: 1, minutes: 5, kinds: ["cut"] }).map(({ kind }) => kind);
  assert.deepEqual(new Set(kinds), new Set(["cut"]));
  assert.deepEqual(planFaults({ seed: 1, minutes: 5, kinds: [] }), []);
});

test("gives each message a unique token and a script that the model can play", () => {
  const messages = planWork({ seed: 1, minutes: 20, sessions: 60 }).flatMap((session) => session.messages);
  assert.equal(new Set(messages.map(({ token }) => token)).size, messages.length);
  for (const { token, prompt } of messages) {
    assert.equal(tokenOf(prompt), token);
    assert.equal(parseScript(prompt)?.length, 3);
  }
});
