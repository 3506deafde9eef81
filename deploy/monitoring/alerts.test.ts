import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { alertsFile, type Rule, readRules } from "./alert-rules.ts";

/** Samples by series, in promtool's notation. */
type Samples = Readonly<Record<string, string>>;

interface AlertCase {
  /** Samples just above the bound. */
  readonly fires: Samples;
  /** Seconds until the condition holds for the first time. */
  readonly holdsAfter: number;
  /** Labels of the alert without its severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Samples with which the alert never fires, such as those just below each bound. */
  readonly never: readonly Samples[];
}

const intervalSeconds = 15;
const lastSample = 480;
/** Returns samples that all have this value. */
const always = (value: number) => `${value}x${lastSample}`;
/** Returns samples of a counter that increases by this number in each interval. */
const per = (step: number) => `0+${step}x${lastSample}`;
/** Returns samples of a counter that increases by this number in the first interval, and then no more. */
const once = (step: number) => `0 ${step}x${lastSample - 1}`;

const labels = { job: "tembo", instance: "a:9464" };
const tembo = '{job="tembo",instance="a:9464"}';
const other = '{job="other",instance="b:1"}';
const ended = (status: string) => `tembo_turns_ended_total{status="${status}",harness="h"}`;
const answered = (status: string) =>
  `tembo_http_requests_total{method="GET",route="/v1/me",status="${status}"}`;
const attempts = (result: string) => `tembo_webhook_attempt_duration_seconds_count{result="${result}"}`;

/** Returns the samples of a histogram's buckets, by the upper bound of each bucket. */
function buckets(name: string, constant: string, samples: Samples): Samples {
  return Object.fromEntries(
    Object.entries(samples).map(([le, values]) => [`${name}_bucket{${constant}le="${le}"}`, values]),
  );
}
const starts = (samples: Samples) => buckets("tembo_turn_first_event_seconds", 'harness="h",', samples);
const requests = (method: string, samples: Samples) =>
  buckets("tembo_http_request_duration_seconds", `method="${method}",`, samples);
const lags = (samples: Samples) => buckets("tembo_event_lag_seconds", "", samples);
/** Samples of which 1.1 % and 0.9 % are above one second. */
const above = { "0.25": per(0), "1": per(989), "2.5": per(1_000), "+Inf": per(1_000) };
const below = { "0.25": per(0), "1": per(991), "2.5": per(1_000), "+Inf": per(1_000) };

const cases: Readonly<Record<string, AlertCase>> = {
  TemboProcessDown: {
    fires: { [`up${tembo}`]: always(0) },
    ...{ holdsAfter: 0, labels, summary: "a:9464 does not serve its metrics" },
    never: [{ [`up${tembo}`]: always(1), [`up${other}`]: always(0) }],
  },
  TemboProcessRestarts: {
    fires: { [`process_start_time_seconds${tembo}`]: "1 2 3 4 5x400" },
    ...{ holdsAfter: 60, labels, summary: "a:9464 has restarted several times in an hour" },
    never: [
      { [`process_start_time_seconds${tembo}`]: "1 2 3 4x400" },
      { [`process_start_time_seconds${other}`]: "1 2 3 4 5x400" },
    ],
  },
  TemboDatabaseDown: {
    fires: { [`tembo_database_up${tembo}`]: always(0) },
    ...{ holdsAfter: 0, labels, summary: "a:9464 does not reach the database" },
    never: [{ [`tembo_database_up${tembo}`]: always(1) }],
  },
  TemboDatabaseConnectionsExhausted: {
    fires: { [`tembo_database_waiting${tembo}`]: always(6) },
    ...{ holdsAfter: 0, labels, summary: "Statements of a:9464 wait for a connection" },
    never: [{ [`tembo_database_waiting${tembo}`]: always(5) }],
  },
  TemboNoWorker: {
    fires: {
      'tembo_workers{state="accepting",instance="a:9464"}': always(0),
      'tembo_workers{state="accepting",instance="b:9464"}': always(0),
      'tembo_workers{state="draining",instance="a:9464"}': always(1),
    },
    ...{ holdsAfter: 0, labels: {}, summary: "No worker accepts turns" },
    never: [{ 'tembo_workers{state="accepting"}': always(1), 'tembo_workers{state="draining"}': always(0) }],
  },
  TemboTurnsWait: {
    fires: { [`tembo_turn_longest_wait_seconds${tembo}`]: always(301) },
    ...{ holdsAfter: 0, labels: {} },
    summary: "A turn has waited for more than five minutes for a machine",
    never: [{ [`tembo_turn_longest_wait_seconds${tembo}`]: always(300) }],
  },
  TemboTurnsFail: {
    fires: { [ended("failed")]: per(3), [ended("completed")]: per(7) },
    ...{ holdsAfter: 15, labels: {}, summary: "More than a quarter of the turns fail" },
    never: [
      { [ended("failed")]: per(24), [ended("completed")]: per(76) },
      { [ended("failed")]: once(9), [ended("completed")]: always(0) },
    ],
  },
  TemboSlowStarts: {
    fires: starts({ "30": per(0), "60": per(89), "300": per(100), "+Inf": per(100) }),
    ...{ holdsAfter: 15, labels: { harness: "h" }, summary: "Turns with h start slowly" },
    never: [
      starts({ "30": per(0), "60": per(91), "300": per(100), "+Inf": per(100) }),
      starts({ "30": always(0), "60": always(0), "300": once(1), "+Inf": once(1) }),
    ],
  },
  TemboServerErrors: {
    fires: { [answered("5xx")]: per(5), [answered("2xx")]: per(395) },
    ...{ holdsAfter: 15, labels: {}, summary: "More than 1 % of the requests fail" },
    never: [
      { [answered("5xx")]: per(9), [answered("2xx")]: per(991) },
      { [answered("5xx")]: once(4), [answered("2xx")]: always(0) },
    ],
  },
  TemboSlowRequests: {
    fires: requests("GET", above),
    ...{ holdsAfter: 15, labels: {}, summary: "1 % of the read requests takes more than a second" },
    never: [requests("GET", below), requests("POST", above)],
  },
  TemboEventsLate: {
    fires: lags(above),
    ...{ holdsAfter: 15, labels: {}, summary: "Events reach clients more than a second late" },
    never: [lags(below)],
  },
  TemboEventLoopBlocked: {
    fires: { [`nodejs_eventloop_lag_p99_seconds${tembo}`]: always(0.6) },
    ...{ holdsAfter: 0, labels, summary: "The event loop of a:9464 is blocked" },
    never: [
      {
        [`nodejs_eventloop_lag_p99_seconds${tembo}`]: always(0.5),
        [`nodejs_eventloop_lag_p99_seconds${other}`]: always(0.6),
      },
    ],
  },
  TemboFileDescriptors: {
    fires: { [`process_open_fds${tembo}`]: always(82), [`process_max_fds${tembo}`]: always(100) },
    ...{ holdsAfter: 0, labels, summary: "a:9464 has opened most of its file descriptors" },
    never: [
      { [`process_open_fds${tembo}`]: always(79), [`process_max_fds${tembo}`]: always(100) },
      { [`process_open_fds${other}`]: always(82), [`process_max_fds${other}`]: always(100) },
    ],
  },
  TemboUnsavedSessions: {
    fires: { [`tembo_unsaved_oldest_age_seconds${tembo}`]: always(28_801) },
    ...{ holdsAfter: 0, labels: {} },
    summary: "Files of a session have not been saved for more than eight hours",
    never: [{ [`tembo_unsaved_oldest_age_seconds${tembo}`]: always(28_800) }],
  },
  TemboWebhooksFail: {
    fires: { [attempts("failed")]: per(6), [attempts("succeeded")]: per(4) },
    ...{ holdsAfter: 15, labels: {}, summary: "Most attempts to deliver webhooks fail" },
    never: [
      { [attempts("failed")]: per(9), [attempts("succeeded")]: per(11) },
      { [attempts("failed")]: once(1), [attempts("succeeded")]: always(0) },
    ],
  },
  TemboSandboxLimits: {
    fires: { 'tembo_limits_reached_total{limit="memory"}': once(6) },
    ...{ holdsAfter: 15, labels: { limit: "memory" } },
    summary: "Sandboxes reach their limit often (memory)",
    never: [{ 'tembo_limits_reached_total{limit="memory"}': once(5) }],
  },
};

const rules = readRules();
const names = rules.map(({ alert }) => alert);
const skip = spawnSync("promtool", ["--version"]).error !== undefined && "needs promtool";

/** Returns the time in seconds for which the condition of a rule must hold. */
const forSeconds = ({ for: minutes }: Rule) =>
  minutes === undefined ? 0 : Number.parseInt(minutes, 10) * 60;

/** Returns the alerts that lack a case, and the cases that lack an alert. */
const unmatched = (alerts: readonly string[]) => [
  ...alerts.filter((alert) => cases[alert] === undefined),
  ...Object.keys(cases).filter((alert) => !alerts.includes(alert)),
];

/** Returns the groups of promtool's test file for one rule of alerts.yaml. */
function testsOf(rule: Rule): object[] {
  const { fires, holdsAfter, labels: own, summary, never } = cases[rule.alert]!;
  const firesAfter = holdsAfter + forSeconds(rule);
  const expectAt = (seconds: number, exp_alerts: readonly object[]) => ({
    eval_time: `${seconds}s`,
    ...{ alertname: rule.alert, exp_alerts },
  });
  const expected = {
    exp_labels: { ...own, severity: rule.labels.severity },
    exp_annotations: { summary, description: rule.annotations.description },
  };
  const groupOf = (samples: Samples, alert_rule_test: readonly object[]) => ({
    interval: `${intervalSeconds}s`,
    input_series: Object.entries(samples).map(([series, values]) => ({ series, values })),
    alert_rule_test,
  });
  const times = Array.from({ length: 20 }, (_, n) => 300 * (n + 1));
  return [
    groupOf(fires, [
      ...(firesAfter > 0 ? [expectAt(firesAfter - intervalSeconds, [])] : []),
      expectAt(firesAfter, [expected]),
    ]),
    ...never.map((samples) =>
      groupOf(
        samples,
        [firesAfter, ...times].map((seconds) => expectAt(seconds, [])),
      ),
    ),
  ];
}

/** Returns the alerts whose rules fail their cases after this change. */
function failures(change: (rule: Rule) => Rule): string[] {
  const folder = mkdtempSync(join(tmpdir(), "tembo-alerts-"));
  try {
    // A file for each rule, because promtool evaluates all rules of a file for each of its tests. JSON is YAML.
    const paths = rules.map((rule) => {
      const changed = { groups: [{ name: "tembo", rules: [change(rule)] }] };
      writeFileSync(join(folder, `${rule.alert}.rules`), JSON.stringify(changed));
      const path = join(folder, `${rule.alert}.tests`);
      const evaluation = { evaluation_interval: `${intervalSeconds}s`, tests: testsOf(rule) };
      writeFileSync(path, JSON.stringify({ rule_files: [`${rule.alert}.rules`], ...evaluation }));
      return path;
    });
    const run = spawnSync("promtool", ["test", "rules", ...paths], { encoding: "utf8" });
    const output = `${run.stdout}${run.stderr}`;
    const failed = new Set([...output.matchAll(/alertname: (\w+), time:/g)].map(([, name]) => name!));
    assert.equal(run.status, failed.size > 0 ? 1 : 0, output);
    return [...failed].sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the rule with its comparison number `index` changed, or null if it has fewer comparisons. */
function changeBound(rule: Rule, index: number, change: "looser" | "stricter"): Rule | null {
  const comparison = [...rule.expr.matchAll(/(==|>=|>) ([\d.]+)/g)][index];
  if (comparison === undefined) return null;
  const [text, operator, bound] = comparison;
  const isLooser = change === "looser";
  const changed =
    operator === "==" ? (isLooser ? "<= 1" : "< 0") : `${operator} ${Number(bound) * (isLooser ? 0.8 : 1.5)}`;
  const end = comparison.index + text.length;
  return { ...rule, expr: rule.expr.slice(0, comparison.index) + changed + rule.expr.slice(end) };
}

test("every alert has a case, and every case has an alert", () => {
  assert.deepEqual(unmatched(names), []);
  assert.deepEqual(unmatched([...names.slice(1), "TemboNew"]), ["TemboNew", names[0]], "control");
});

test("Prometheus accepts the rules", { skip }, () => {
  const check = (path: string) => spawnSync("promtool", ["check", "rules", "--lint-fatal", path]);
  const { status, stdout, stderr } = check(alertsFile);
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.notEqual(check(join(import.meta.dirname, "dashboard.json")).status, 0, "control");
});

test("every alert fires exactly after its time, with its labels and text, and never below its bounds", {
  skip,
}, () => {
  assert.deepEqual(
    failures((rule) => rule),
    [],
  );
});

test("control: the cases report every rule whose time, bound or summary has changed", { skip }, () => {
  const namesWhere = (has: (rule: Rule) => boolean) =>
    rules
      .filter(has)
      .map(({ alert }) => alert)
      .sort();
  const delayed = (rule: Rule, seconds: number) => ({ ...rule, for: `${forSeconds(rule) + seconds}s` });
  assert.deepEqual(
    failures((rule) => delayed(rule, intervalSeconds)),
    names.toSorted(),
  );
  assert.deepEqual(
    failures((rule) => (rule.for === undefined ? rule : delayed(rule, -intervalSeconds))),
    namesWhere((rule) => rule.for !== undefined),
  );
  assert.deepEqual(
    failures((rule) => ({ ...rule, annotations: { ...rule.annotations, summary: "Other" } })),
    names.toSorted(),
  );
  for (const change of ["looser", "stricter"] as const)
    for (const index of [0, 1])
      assert.deepEqual(
        failures((rule) => changeBound(rule, index, change) ?? rule),
        namesWhere((rule) => changeBound(rule, index, change) !== null),
        `${change} ${index}`,
      );
  assert.ok(rules.every((rule) => changeBound(rule, 2, "looser") === null));
});
