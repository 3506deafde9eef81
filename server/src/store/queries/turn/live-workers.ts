/** Condition that the worker `w` has sent a heartbeat recently. A worker without one may be lost, so it receives no turns. */
export const isAlive = "w.stopped_at is null and w.heartbeat_at > now() - interval '5 seconds'";

/** Condition that a worker runs. Heavy load may delay heartbeats, so workers count here for longer. */
export const hasWorker = `exists (
  select from workers w where w.stopped_at is null and w.heartbeat_at > now() - interval '15 seconds')`;

/** Condition that the last heartbeat of a worker is older than its lease, so that the worker may not act. */
export const isAway = (heartbeatAt: string) =>
  `coalesce(${heartbeatAt} < clock_timestamp() - interval '10 seconds', false)`;

/**
 * Selects the label lists of machines with live workers, each once. Heavy load may delay heartbeats, so workers count here
 * for longer. Read it as a materialized expression, because finding the labels of a machine is costly.
 */
export const liveLabelSets = `select distinct machine_labels(machine_id) as labels from (
    select distinct machine_id from workers w
    where w.stopped_at is null and w.heartbeat_at > now() - interval '15 seconds' and w.machine_id is not null
  ) live`;

/** Condition that none of the label sets contains all labels of a column. */
export const isNotIn = (labelSets: string, labels: string) =>
  `${labels} <> '{}' and not exists (select from ${labelSets} where ${labels} <@ ${labelSets}.labels)`;
