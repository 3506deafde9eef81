import { createHash } from "node:crypto";
import { beginsAt, endsAt, type FilledOrganization } from "./organizations.ts";
import { pickSkewed, pickWeighted, type Random, seededId, seededRandom, skewedCount } from "./random.ts";
import { randomText } from "./vocabulary.ts";
import type { Row } from "./write-rows.ts";

/** Rows by table for several sessions, and the numbers of their events. */
export interface SessionRows {
  readonly tables: Readonly<Record<string, Row[]>>;
  readonly events: EventCounts;
}

/** Number of events per session, in arrays of the same length. */
export interface EventCounts {
  readonly sessionIds: string[];
  readonly messageIds: string[];
  readonly counts: number[];
  readonly startedAt: string[];
}

export interface SessionScale {
  readonly sessions: number;
  readonly events: number;
  readonly organizations: readonly FilledOrganization[];
  readonly vocabulary: readonly string[];
}

const maxEvents = 20_000;
const statuses = [
  ["completed", 0.78],
  ["failed", 0.08],
  ["cancelled", 0.06],
  ["draft", 0.04],
  ["inProgress", 0.03],
  ["queued", 0.01],
] as const;
const agents = [
  ["claudeCode:claude-opus-4-5", 0.6],
  ["codex:gpt-5.1-codex", 0.25],
  ["opencode:claude-sonnet-4-5", 0.15],
] as const;
const pullRequestStatuses = [
  ["merged", 0.7],
  ["closed", 0.18],
  ["open", 0.12],
] as const;

/** Creates the sessions from `from` to `to`, excluding `to`. The result is the same in every run. */
export function makeSessionRows(scale: SessionScale, from: number, to: number): SessionRows {
  const rows: SessionRows = {
    tables: {
      sessions: [],
      session_repositories: [],
      messages: [],
      turns: [],
      pull_requests: [],
      diffs: [],
      artifacts: [],
      agent_runs: [],
    },
    events: { sessionIds: [], messageIds: [], counts: [], startedAt: [] },
  };
  for (let n = from; n < to; n++) addSession(rows, scale, n);
  return rows;
}

function addSession({ tables, events }: SessionRows, scale: SessionScale, n: number): void {
  const random = seededRandom(1_000_003 + n);
  // A separate sequence, so that the other rows remain the same as those of earlier fills.
  const ownRandom = seededRandom(4_000_037 + n);
  const organization = pickWeighted(
    random,
    scale.organizations.map((one) => [one, one.share] as const),
  );
  const createdMs = Math.floor(beginsAt + ((endsAt - beginsAt) * n) / scale.sessions);
  const id = seededId(random, createdMs);
  const status = pickWeighted(random, statuses);
  const createdAt = iso(createdMs);
  const updatedAt = iso(createdMs + Math.floor(random() ** 6 * 30 * 86_400_000) + 60_000);
  const times = { created_at: createdAt, updated_at: updatedAt };
  const [harness, model] = pickWeighted(random, agents).split(":");
  const words = (count: number) => randomText(random, scale.vocabulary, count);
  const repositories = uniqueRepositories(random, organization);
  const branch = `tembo/session-${id.slice(-12)}`;

  tables.sessions!.push({
    id,
    organization_id: organization.id,
    title: words(4 + Math.floor(random() * 5)),
    prompt: `${words(15 + Math.floor(random() * 30))} src/part${Math.floor(random() * 100_000)}.ts`,
    harness,
    model,
    branch_name: branch,
    status,
    last_seq: 0,
    sandbox_size: "small",
    is_planning: false,
    mcp_servers: [],
    is_title_chosen: false,
    visibility: random() < 0.03 ? "private" : "public",
    is_pinned: random() < 0.005,
    level: Math.floor(random() * 101),
    created_by_key: random() < 0.8 ? pickSkewed(random, organization.people).keyId : null,
    source: random() < 0.2 ? sourceOf(random, organization) : null,
    deleted_at: random() < 0.01 ? updatedAt : null,
    purged_at: null,
    archived_at: ownRandom() < 0.1 ? updatedAt : null,
    project_id: ownRandom() < 0.25 ? pickSkewed(ownRandom, organization.projectIds) : null,
    last_queued_at: status === "draft" ? null : iso(createdMs + Math.floor(random() ** 8 * 86_400_000)),
    ...times,
  });
  if (ownRandom() < 0.1)
    tables.agent_runs!.push({
      id: seededId(ownRandom, createdMs),
      agent_id: pickSkewed(ownRandom, organization.agentIds),
      status: "completed",
      cause: "schedule",
      payload: {},
      session_id: id,
      ended_at: updatedAt,
      ...times,
    });
  for (const [position, repository] of repositories.entries())
    tables.session_repositories!.push({
      session_id: id,
      repository_id: repository.id,
      position: position + 1,
      directory: repository.name,
      branch_name: branch,
      target_branch: "main",
    });

  const messageIds = Array.from(
    { length: status === "draft" ? 0 : 1 + Math.floor(random() ** 3 * 4) },
    (_, at) => seededId(random, createdMs + at),
  );
  for (const [position, messageId] of messageIds.entries()) {
    const turnId = seededId(random, createdMs + 10 + position);
    tables.messages!.push({
      id: messageId,
      session_id: id,
      position: position + 1,
      content: words(10 + Math.floor(random() * 20)),
      turn_id: turnId,
      sent_by_key: random() < 0.8 ? pickSkewed(random, organization.people).keyId : null,
      author: random() < 0.1 ? { login: pickSkewed(random, organization.logins), id: null } : null,
      delivery_mode: "queue",
      is_sending: false,
      ...times,
    });
    tables.turns!.push({
      id: turnId,
      session_id: id,
      message_id: messageId,
      number: position + 1,
      status: "completed",
      attempt: 1,
      is_prompt_sent: true,
      created_at: createdAt,
      started_at: createdAt,
      ended_at: updatedAt,
    });
  }
  if (status !== "draft")
    for (const one of repositories) addResults(tables, { random, id, organization, one, branch, times, n });

  const count = skewedCount(random, scale.events / scale.sessions, maxEvents);
  events.sessionIds.push(id);
  events.messageIds.push(messageIds[0] ?? "");
  events.counts.push(count);
  events.startedAt.push(createdAt);
  (tables.sessions!.at(-1) as { last_seq: number }).last_seq = count;
}

/** Adds a session's results in one repository: a diff, a pull request and a document, each of them only in a share of the sessions. */
function addResults(
  tables: SessionRows["tables"],
  { random, id, organization, one, branch, times, n }: Results,
): void {
  const additions = Math.floor(random() ** 3 * 2_000);
  const sha = createHash("sha1").update(id).digest("hex");
  const atMs = Date.parse(times.created_at);
  if (random() < 0.6)
    tables.diffs!.push({
      id: seededId(random, atMs),
      session_id: id,
      repository_id: one.id,
      root: one.name,
      branch,
      head_sha: sha,
      additions,
      deletions: Math.floor(additions / 3),
      changed_files: 1 + Math.floor(additions / 100),
      patch: "diff --git a/app.ts b/app.ts\n",
      captured_at: times.updated_at,
    });
  if (random() < 0.5) {
    const status = pickWeighted(random, pullRequestStatuses);
    const isAwaited = status === "open" && random() < 0.5;
    const login = pickSkewed(random, organization.logins);
    tables.pull_requests!.push({
      id: seededId(random, atMs + 60_000),
      organization_id: organization.id,
      session_id: id,
      repository_id: one.id,
      number: n + 1,
      external_id: String(n + 1),
      url: `https://github.com/bench/${one.name}/pull/${n + 1}`,
      title: `Change ${n}`,
      body: "",
      status,
      head_branch: branch,
      base_branch: "main",
      head_sha: sha,
      additions,
      deletions: 0,
      is_draft: false,
      is_from_fork: false,
      mergeability: "unknown",
      merged_at: status === "merged" ? times.updated_at : null,
      reviewers: isAwaited ? [{ user: { id: login, login, url: null }, state: "awaiting" }] : [],
      checks: { state: "none", failed: [] },
      forge_updated_at: times.updated_at,
      ...times,
    });
  }
  if (random() < 0.15)
    tables.artifacts!.push({
      id: seededId(random, atMs + 120_000),
      session_id: id,
      type: "Response",
      title: `Document ${n}`,
      content: "Done.",
      ...times,
    });
}

interface Results {
  readonly random: Random;
  readonly id: string;
  readonly organization: FilledOrganization;
  readonly one: FilledOrganization["repositories"][number];
  readonly branch: string;
  readonly times: { readonly created_at: string; readonly updated_at: string };
  readonly n: number;
}

function uniqueRepositories(random: Random, { repositories }: FilledOrganization) {
  const count = pickWeighted(random, [
    [1, 0.8],
    [2, 0.15],
    [0, 0.05],
  ] as const);
  return [...new Set(Array.from({ length: count }, () => pickSkewed(random, repositories)))];
}

function sourceOf(random: Random, { repositories }: FilledOrganization) {
  const { id, name } = pickSkewed(random, repositories);
  const number = Math.floor(random() * 100_000);
  return {
    kind: "issue",
    repositoryId: id,
    number,
    url: `https://github.com/bench/${name}/issues/${number}`,
    title: `Issue ${number}`,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
