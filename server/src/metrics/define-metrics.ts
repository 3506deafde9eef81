import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Buckets, in seconds, for requests that the server answers itself, and for the lag of events. */
const quickBuckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];
/** Buckets, in seconds, for starts of turns, which may install a harness or clone a large repository. */
const startBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Buckets, in seconds, for whole turns and for their waits, which may take hours. */
const longBuckets = [0.1, 1, 5, 15, 60, 300, 900, 3_600, 14_400];

/** Metrics of the product, by the name in this code. */
export type ProductMetrics = ReturnType<typeof defineMetrics>;

/** Creates the metrics of the product. Their names and labels are public, because rules and dashboards of operators use them. */
export function defineMetrics(registers: Registry[]) {
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    ...labelNames: L[]
  ) => new Histogram({ name, help, buckets: [...buckets], labelNames, registers });
  const all = {
    requests: counter(
      "tembo_http_requests_total",
      "Requests that the API and the dashboard answered, with event streams but without previews and WebSockets.",
      ...(["method", "route", "status"] as const),
    ),
    requestSeconds: histogram(
      "tembo_http_request_duration_seconds",
      "Time to answer a request, without event streams.",
      quickBuckets,
      ...(["method", "route", "status"] as const),
    ),
    eventLag: histogram(
      "tembo_event_lag_seconds",
      "Time from the append of an event until this server read it for a client that follows the session.",
      quickBuckets,
    ),
    turns: gauge(
      "tembo_turns",
      "Turns of the installation that have not ended. They wait for a machine, are placed on one or run.",
      ...(["state", "harness"] as const),
    ),
    longestWait: gauge(
      "tembo_turn_longest_wait_seconds",
      "Age of the turn of the installation that has waited longest for a machine.",
    ),
    turnWait: histogram(
      "tembo_turn_wait_seconds",
      "Time from the creation of a turn until this worker claimed it for the first time.",
      longBuckets,
      "harness",
    ),
    turnPhase: histogram(
      "tembo_turn_start_phase_seconds",
      "Duration of a phase of a turn's start: provision (repositories and files), sandbox (each time that a step opens it), harness (until it has a conversation) and prompt (until its first update).",
      startBuckets,
      ...(["harness", "phase"] as const),
    ),
    turnStart: histogram(
      "tembo_turn_first_event_seconds",
      "Time from the creation of a turn to the harness's first update.",
      startBuckets,
      "harness",
    ),
    turnsEnded: counter(
      "tembo_turns_ended_total",
      "Turns that this process has ended.",
      ...(["status", "harness"] as const),
    ),
    turnSeconds: histogram(
      "tembo_turn_duration_seconds",
      "Time from the first claim of a turn to its end.",
      longBuckets,
      ...(["status", "harness"] as const),
    ),
    workers: gauge("tembo_workers", "Live workers of the installation.", "state"),
    turnPlaces: gauge(
      "tembo_turn_places",
      "Turns that the accepting workers of the installation can run at a time.",
    ),
    freeTurnPlaces: gauge("tembo_turn_places_free", "Turn places of the installation that no turn has."),
    turnMemory: gauge(
      "tembo_turn_memory_bytes",
      "Memory of the installation's machines with accepting workers. A turn waits if its sandbox's size does not fit.",
    ),
    freeTurnMemory: gauge(
      "tembo_turn_memory_free_bytes",
      "Memory of these machines that is not reserved for a turn.",
    ),
    sandboxes: gauge(
      "tembo_sandboxes",
      "Sandboxes of this worker: working (a turn uses it), idle (kept for the next turn) and waiting (for a new session). Sandboxes of builds are not counted.",
      "state",
    ),
    limits: counter(
      "tembo_limits_reached_total",
      "Limits that sandboxes of this worker have reached, and turns that it has ended at their time limit.",
      "limit",
    ),
    egress: counter(
      "tembo_egress_decisions_total",
      "Decisions about connections that sandboxes of this worker requested.",
      "decision",
    ),
    modelRequests: counter(
      "tembo_model_requests_total",
      "Model requests of sandboxes that this worker has metered.",
      ...(["provider", "model"] as const),
    ),
    modelTokens: counter(
      "tembo_model_tokens_total",
      "Tokens of these requests. The kinds do not overlap.",
      ...(["provider", "model", "kind"] as const),
    ),
    modelCost: counter(
      "tembo_model_cost_usd_total",
      "Cost of these requests in US dollars, without models that have no price.",
      ...(["provider", "model"] as const),
    ),
    webhooks: histogram(
      "tembo_webhook_attempt_duration_seconds",
      "Duration of the attempts of this worker to deliver a webhook.",
      quickBuckets,
      "result",
    ),
    unsaved: gauge(
      "tembo_unsaved_sessions",
      "Sessions of the installation whose newest files are only on the disk of a machine. Absent without a shared blob store.",
    ),
    oldestUnsaved: gauge(
      "tembo_unsaved_oldest_age_seconds",
      "Time since the start of the oldest turn of the installation whose changes are not saved. Absent without a shared blob store.",
    ),
    lastSave: gauge(
      "tembo_machine_last_save_timestamp_seconds",
      "Unix time at which the newest files of a session were last saved from this machine. Absent if none were.",
    ),
    databaseUp: gauge(
      "tembo_database_up",
      "1 if the database responded to the reads of this scrape, else 0.",
    ),
    pool: gauge("tembo_database_connections", "Connections of this process to the database.", "state"),
    poolWaiting: gauge(
      "tembo_database_waiting",
      "Statements of this process that wait for a connection to the database.",
    ),
  };
  // The series exist from the start, so that the first increase is visible.
  for (const limit of ["memory", "disk", "processes", "time"]) all.limits.inc({ limit }, 0);
  for (const decision of ["allowed", "denied"]) all.egress.inc({ decision }, 0);
  for (const result of ["succeeded", "failed"]) all.webhooks.zero({ result });
  return all;
}
