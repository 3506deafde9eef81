import type { Attention } from "../../../core/sessions/index.ts";

/** Condition for plans `p` that a person can decide. A later turn of the session replaces a plan. */
const isUndecided = `p.state = 'proposed' and not exists (
  select from turns t join turns later on later.session_id = t.session_id and later.number > t.number
  where t.id = p.turn_id)`;

const hasOpen = (kind: "permission" | "question") => (sessions: string) =>
  `exists (select from asks a where a.session_id = ${sessions}.id and a.answer is null and a.asked ->> 'kind' = '${kind}')`;

/** Conditions for the reasons, the most urgent first: a running turn waits for a permission and for an answer. */
const reasons: Readonly<Record<Attention, (sessions: string) => string>> = {
  permission: hasOpen("permission"),
  question: hasOpen("question"),
  plan: (sessions) => `exists (select from plans p where p.session_id = ${sessions}.id and ${isUndecided})`,
  failure: (sessions) => `${sessions}.status = 'failed'`,
};

/**
 * Returns the SQL expression for the most urgent reason why a session needs a person, or null. `sessions` is the name of
 * the table in the statement.
 */
export const attentionOf = (sessions: string) =>
  `case when ${sessions}.archived_at is not null then null ${Object.entries(reasons)
    .map(([reason, isSo]) => `when ${isSo(sessions)} then '${reason}'`)
    .join(" ")} end`;

/** Returns the SQL condition that a session needs a person for this reason, even if another one is more urgent. */
export const needsPersonFor = (reason: Attention, sessions: string) =>
  `${sessions}.archived_at is null and ${reasons[reason](sessions)}`;

/** Matches the failed sessions that need a person. An index has the same condition. */
export const isUnresolvedFailure = (sessions: string) =>
  `${sessions}.status = 'failed' and ${sessions}.deleted_at is null and ${sessions}.archived_at is null`;

const asked = "select a.session_id from asks a where a.answer is null";
const planned = `select p.session_id from plans p where ${isUndecided}`;

/**
 * Matches the sessions that need a person, starting from the few asks, plans and failed sessions. `organizationId` is the
 * placeholder of the organization's ID.
 */
export const needsPersonBySet = (organizationId: string) => `sessions.archived_at is null and sessions.id in (
  ${asked} union all ${planned}
  union all select failed.id from sessions failed where failed.organization_id = ${organizationId}
    and ${isUnresolvedFailure("failed")})`;

/** Matches the same sessions, one by one. */
export const needsPersonByRow = `sessions.archived_at is null
  and (sessions.status = 'failed' or sessions.id in (${asked}) or sessions.id in (${planned}))`;
