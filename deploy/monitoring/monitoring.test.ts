import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listMetrics } from "../../scripts/metrics-reference.ts";
import { readRules } from "./alert-rules.ts";
import { checkQuery, listKnown } from "./check-query.ts";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const rules = readRules();
const { panels }: { panels: readonly Panel[] } = JSON.parse(read("dashboard.json"));
const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

const metrics = listMetrics();
const known = listKnown(metrics);

/** Replaces the variables of Grafana. */
const asQuery = (expr: string) => expr.replaceAll("$__rate_interval", "5m");
/** Returns the labels in a template of Prometheus or in a legend of Grafana. */
const labelsIn = (text: string) =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label]) => label!);

test("every alert rule is complete, and uses only metrics and labels that exist", () => {
  assert.ok(rules.length > 10);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, expr, labels, annotations, ...rest } of rules) {
    assert.match(alert, /^Tembo[A-Z]\w+$/);
    assert.match(rest.for ?? "1m", /^\d+m$/, alert);
    assert.ok(["info", "warning", "critical"].includes(labels.severity), alert);
    assert.ok(annotations.summary !== "" && annotations.description !== "", alert);
    assert.deepEqual(checkQuery(expr, known, labelsIn(JSON.stringify(annotations))), [], alert);
  }
});

test("every panel of the dashboard uses only metrics and labels that exist", () => {
  assert.ok(targets.length > 30);
  for (const { title, expr, legendFormat } of targets)
    assert.deepEqual(checkQuery(asQuery(expr), known, labelsIn(legendFormat)), [], `${title}: ${expr}`);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { title, gridPos } of panels) assert.ok(gridPos.x + gridPos.w <= 24, title);
});

test("the dashboard shows every metric of the product", () => {
  const shown = targets.map(({ expr }) => expr).join("\n");
  const missing = metrics.filter(({ name }) => name.startsWith("tembo_") && !shown.includes(name));
  assert.deepEqual(
    missing.map(({ name }) => name),
    // The values at the time of a scrape are in an alert instead.
    ["tembo_database_up"],
  );
});

test("control: reports syntax errors, and metrics and labels that do not exist", () => {
  const problems: Readonly<Record<string, readonly string[]>> = {
    "sum(rate(tembo_http_requests_total[5m])": ["syntax error at 39"],
    "1 > 0": ["the query selects no metric"],
    tembo_turn: ["tembo_turn does not exist"],
    'tembo_turns{status="running"}': ["tembo_turns has no label status"],
    "sum by (route) (tembo_turns)": ["tembo_turns has no label route"],
    "sum without (route) (rate(tembo_turns[5m]))": ["tembo_turns has no label route"],
    "tembo_turns / on (harness) tembo_workers": ["tembo_workers has no label harness"],
    tembo_event_lag_seconds: ["tembo_event_lag_seconds does not exist"],
    "sum by (le) (tembo_event_lag_seconds_count)": ["tembo_event_lag_seconds_count has no label le"],
  };
  for (const [query, expected] of Object.entries(problems))
    assert.deepEqual(checkQuery(query, known), expected, query);
  assert.deepEqual(checkQuery("sum(tembo_turns)", known, ["route"]), ["tembo_turns has no label route"]);
  assert.deepEqual(labelsIn("{{ $labels.instance }} {{state}}"), ["instance", "state"]);
});
