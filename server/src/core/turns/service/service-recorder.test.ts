import assert from "node:assert/strict";
import { test } from "node:test";
import { pollUntil } from "../../../runtime/poll-until.ts";
import { createMasker } from "../../base/index.ts";
import { ServiceRecorder, splitText } from "./service-recorder.ts";
import type { ServiceReport } from "./service-store.ts";

const key = { sessionId: "s", sandboxId: "b", name: "db" };

/** Creates a recorder whose reports go to `answer`, which defaults to one that succeeds. */
function aRecorder(answer: (count: number) => Promise<boolean> = () => Promise.resolve(true)) {
  const reports: ServiceReport[] = [];
  const warnings: string[] = [];
  let now = 1_000;
  const store = {
    services: {
      report: (_: unknown, report: ServiceReport) => {
        reports.push(report);
        return answer(reports.length);
      },
    },
  };
  const log = { info: () => {}, warn: (_: object, text: string) => warnings.push(text), error: () => {} };
  const masker = createMasker([{ key: "TOKEN", value: "sesame-open-1" }]);
  const recorder = new ServiceRecorder(
    { store, log, clock: { now: () => new Date(now) } },
    key,
    masker.openStream(),
  );
  const states = () => reports.flatMap(({ change }) => (change === null ? [] : [change.state]));
  const text = () => reports.flatMap(({ entries }) => entries).join("");
  const add = (words: string) => recorder.add(Buffer.from(words));
  const pass = (ms: number) => {
    now += ms;
  };
  return { recorder, reports, warnings, states, text, add, pass };
}

const until = async (isTrue: () => boolean) =>
  assert.ok(await pollUntil(() => Promise.resolve(isTrue()), { every: 5, timeoutMs: 10_000 }));

test("reports the start, the time until the service was ready and its exit with the last output", async () => {
  const { recorder, reports, states, add, pass } = aRecorder();
  recorder.start();
  await until(() => states().includes("starting"));
  pass(250);
  recorder.ready();
  await until(() => states().includes("ready"));
  assert.equal(reports.at(-1)?.change?.readyMs, 250);
  add("out of memory\n");
  pass(1_000);
  recorder.exited(3);
  await recorder.close();
  const last = reports.at(-1);
  assert.deepEqual(last, {
    change: {
      state: "exited",
      changedAt: new Date(2_250),
      startedAt: new Date(1_000),
      readyMs: 250,
      exitCode: 3,
    },
    entries: ["out of memory\n"],
  });
});

test("records a stop instead of the exit that it causes, and keeps the exit of a service that ended before", async () => {
  const stopped = aRecorder();
  stopped.recorder.start();
  stopped.recorder.stop();
  stopped.add("stored\n");
  await until(() => stopped.text() === "stored\n");
  assert.equal(stopped.states().at(-1), "starting", "readers wait for the last output");
  stopped.recorder.exited(0);
  await stopped.recorder.close();
  assert.deepEqual([stopped.states().at(-1), stopped.text()], ["stopped", "stored\n"]);

  const exited = aRecorder();
  exited.recorder.start();
  exited.recorder.exited(null);
  exited.recorder.stop();
  exited.recorder.ready();
  await exited.recorder.close();
  assert.equal(exited.states().at(-1), "exited");
});

test("masks a secret that spans several pieces of output", async () => {
  const { recorder, text, add } = aRecorder();
  recorder.start();
  add("token: sesame-");
  await until(() => text() === "token: ");
  add("open-1\nrest: sesame-");
  await recorder.close();
  assert.equal(text(), "token: [secret TOKEN]\nrest: sesame-");
});

test("joins the bytes of a character that spans two pieces", async () => {
  const { recorder, text } = aRecorder();
  const bytes = Buffer.from("ü\n");
  recorder.add(bytes.subarray(0, 1));
  recorder.add(bytes.subarray(1));
  await recorder.close();
  assert.equal(text(), "ü\n");
});

test("reports the output of many writes together", async () => {
  const { recorder, reports, text, add } = aRecorder();
  for (let n = 0; n < 1_000; n++) {
    add(".");
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await recorder.close();
  assert.equal(text(), ".".repeat(1_000));
  assert.ok(reports.length <= 3, `${reports.length} reports`);
});

test("omits output that exceeds the log before it could be stored, and notes it", async () => {
  const { recorder, text, add } = aRecorder();
  recorder.start();
  const line = `${"x".repeat(1_023)}\n`;
  for (let n = 0; n < 3_000; n++) add(line);
  add("end\n");
  await recorder.close();
  assert.match(text(), /Output was omitted/);
  assert.ok(text().length < 2.1 * 1024 ** 2 && text().endsWith("end\n"));
});

test("repeats a report that failed, with the output since then", async () => {
  const { recorder, warnings, states, text, add } = aRecorder((count) =>
    count === 1 ? Promise.reject(new Error("no connection")) : Promise.resolve(true),
  );
  recorder.start();
  add("one\n");
  await until(() => warnings.length === 1);
  add("two\n");
  recorder.exited(1);
  await recorder.close();
  assert.deepEqual([states().at(-1), text().endsWith("one\ntwo\n")], ["exited", true]);
});

test("closes although the database does not respond, and then reports nothing more", async () => {
  const { recorder, reports, add } = aRecorder(() => Promise.reject(new Error("no connection")));
  recorder.start();
  recorder.stop();
  await recorder.close();
  const count = reports.length;
  add("late\n");
  recorder.exited(0);
  await recorder.close();
  assert.ok(reports.length <= count + 1);
});

test("stops reporting when another sandbox has replaced the service", async () => {
  const { recorder, reports, add } = aRecorder(() => Promise.resolve(false));
  recorder.start();
  await until(() => reports.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  add("late\n");
  recorder.exited(0);
  await recorder.close();
  assert.equal(reports.length, 1);
});

test("splits a text between characters", () => {
  assert.deepEqual(splitText("abcde", 2), ["ab", "cd", "e"]);
  assert.deepEqual(splitText("a😀b", 2), ["a😀", "b"]);
  assert.deepEqual(splitText("", 2), []);
});
