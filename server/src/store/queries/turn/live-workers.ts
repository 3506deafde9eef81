/** Condition that the worker `w` has sent a heartbeat recently. A worker without one may be lost, so it receives no turns. */
export const isAlive = "w.stopped_at is null and w.heartbeat_at > now() - interval '5 seconds'";

/** Condition that the last heartbeat of a worker is older than its lease, so that the worker may not act. */
export const isAway = (heartbeatAt: string) => `coalesce(${heartbeatAt} < clock_timestamp() - interval '10 seconds', false)`;

/**
 * Condition that no machine with a live worker has all labels of a column. Heavy load may delay heartbeats, so workers count
 * here for longer.
 */
export const hasNoMachine = (labels: string) =>
  `${labels} <> '{}' and not exists (
    select from workers w where w.stopped_at is null and w.heartbeat_at > now() - interval '15 seconds'
      and ${labels} <@ machine_labels(w.machine_id))`;
