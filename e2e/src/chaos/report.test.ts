import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEvent, makeHistory, sessionId } from "./check/testing/make-history.ts";
import { renderReport, takeOverTimesMs } from "./report.ts";

const resumed = makeEvent(1, null, { type: "turn.resumed", turnId: "turn", attempt: 2 });
const resumedAt = Date.parse(resumed.createdAt);
const log = [{ kind: "seen", sessionId, at: resumedAt + 500, event: resumed } as const];
const faults = [
  { kind: "kill", machine: "worker 1", at: resumedAt - 9_000 },
  { kind: "cut", machine: "worker 2", at: resumedAt - 4_000 },
  { kind: "kill", machine: "worker 2", at: resumedAt + 100 },
] as const;

test("measures a takeover from the last fault before the resumption until the client received it", () => {
  assert.deepEqual(takeOverTimesMs({ log }, faults), [4_500]);
  assert.deepEqual(takeOverTimesMs({ log }, []), []);
});

test("renders the violations, the seed and the faults by kind", () => {
  const violations = [{ rule: "no acknowledged message is lost", message: "The message s0m0 is lost." }];
  const report = renderReport({ seed: 7, history: { ...makeHistory(), log }, faults, violations });
  assert.match(report, /^VIOLATION \(no acknowledged message is lost\): The message s0m0 is lost\.$/m);
  assert.match(report, /^seed +7$/m);
  assert.match(report, /^ {2}kill +2$/m);
  assert.match(report, /^ {2}median, seconds +4\.5$/m);
  assert.match(report, /^violations +1$/m);
  assert.match(report, /^ {2}no acknowledged message is lost +1$/m);
});
