import { setTimeout as pause } from "node:timers/promises";
import type { AuditAction, AuditEvent, AuditEventFilter } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, type Registry, withInterrupt } from "../../cli.ts";
import { time, wholeNumberTo } from "../../options.ts";
import { printTable } from "../../table.ts";
import { getMember } from "../member/get-member.ts";

const pollMs = 2_000;

export function addAuditCommand({ program, runs }: Registry): void {
  program
    .command("audit")
    .description("show the audit log, newest first; --json streams all matching events as JSON lines")
    .option("--actor <who>", "only changes by a member (email address or ID), an API key or a session")
    .option("--action <action>", "only one action, such as apiKey.created")
    .option("--object <id>", "only changes to one object")
    .option("--since <time>", "only events at this time or later, such as 2026-01-31 or 2026-01-31T09:00Z")
    .option("--until <time>", "only events before this time")
    .option("--limit <number>", "maximum number of events, up to 100", wholeNumberTo(100), 50)
    .option("--follow", "print new events as they are recorded, until Ctrl-C")
    .action(runs(audit));
}

interface AuditOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

async function audit(cli: Cli, { limit, follow, ...options }: AuditOptions): Promise<Outcome> {
  const filter = await resolveFilter(cli, options);
  const { auditEvents } = cli.client();
  if (follow === true) return followLog(cli, { filter, limit });
  if (cli.isJson) for await (const event of auditEvents.export(filter)) cli.terminal.json(event, "line");
  else print(cli, (await auditEvents.list({ ...filter, limit })).items);
  return 0;
}

async function resolveFilter(
  cli: Cli,
  options: Omit<AuditOptions, "limit" | "follow">,
): Promise<AuditEventFilter> {
  const { actor, action, object, since, until } = options;
  return {
    ...(actor !== undefined && { actorId: await actorId(cli, actor) }),
    // The server's error for an unknown action lists the valid actions.
    ...(action !== undefined && { action: action as AuditAction }),
    ...(object !== undefined && { objectId: object }),
    ...(since !== undefined && { since: time(since) }),
    ...(until !== undefined && { until: time(until) }),
  };
}

async function actorId(cli: Cli, named: string): Promise<string> {
  if (!named.includes("@")) return named;
  const { member } = await getMember(cli.client(), named);
  return member.userId ?? member.id;
}

/**
 * Prints the newest events, and then new events until Ctrl-C. Requests the newest events each time instead of using a
 * cursor, because transactions may commit in a different order than their event times. Returns 130 after Ctrl-C.
 */
async function followLog(
  cli: Cli,
  { filter, limit }: { readonly filter: AuditEventFilter; readonly limit: number },
): Promise<Outcome> {
  const { auditEvents } = cli.client();
  let known = new Set<string>();
  const { isInterrupted } = await withInterrupt(cli, async (signal) => {
    while (!signal.aborted) {
      const { items } = await auditEvents.list({ ...filter, limit: known.size === 0 ? limit : 100 });
      const fresh = items.filter(({ id }) => !known.has(id)).reverse();
      if (cli.isJson) for (const event of fresh) cli.terminal.json(event, "line");
      else if (fresh.length > 0) print(cli, fresh);
      known = new Set([...items.map(({ id }) => id), ...known].slice(0, 1_000));
      await pause(pollMs, undefined, { signal }).catch(() => {});
    }
  });
  return isInterrupted ? interruptedStatus : 0;
}

function print(cli: Cli, events: readonly AuditEvent[]): void {
  printTable(
    cli.terminal,
    ["TIME", "ACTOR", "ACTION", "OBJECT", "IP ADDRESS"],
    events.map((event) => [
      event.createdAt,
      actorName(event),
      event.action,
      event.object.name ?? event.object.id ?? "-",
      event.address ?? "-",
    ]),
  );
}

function actorName({ actor }: AuditEvent): string {
  const { name, kind, userId, credential } = actor;
  if (kind !== "user") return kind === "session" ? `session ${actor.sessionId}` : kind;
  const person = name ?? userId ?? "deleted user";
  return credential?.kind === "apiKey" ? `${person} (key ${credential.name ?? credential.id})` : person;
}
