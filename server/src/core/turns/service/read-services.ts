import { AppError } from "../../base/index.ts";
import type { Session, SessionsQueries } from "../../sessions/index.ts";
import type { TurnsQueries } from "../ports.ts";
import { notStarted, type SessionService } from "./session-service.ts";

/** Number of log entries that one query reads. */
const pageLength = 1_000;

export interface ServiceLog {
  readonly name: string;
  readonly text: string;
  /** True if the beginning of the log is missing. */
  readonly isCut: boolean;
}

type Store = Pick<TurnsQueries, "services"> & Pick<SessionsQueries, "projects">;

/** Lists the services of the session's last sandbox, and then those of its project that the sandbox did not have. */
export async function listServices(
  { store }: { readonly store: Store },
  { id, projectId }: Pick<Session, "id" | "projectId">,
): Promise<SessionService[]> {
  const [started, project] = await Promise.all([
    store.services.list(id),
    projectId === null ? null : store.projects.get(projectId),
  ]);
  const known = new Set(started.map(({ name }) => name));
  const others = (project?.services ?? []).filter(({ name }) => !known.has(name));
  return [...started, ...others.map(notStarted)];
}

/**
 * Returns the end of a service's log in whole lines, at most `maxBytes`. Throws `not_found` if neither the session's last
 * sandbox nor its project has the service.
 */
export async function getServiceLog(
  ports: { readonly store: Store },
  session: Parameters<typeof listServices>[1],
  { name, maxBytes }: { readonly name: string; readonly maxBytes: number },
): Promise<ServiceLog> {
  await requireService(ports, session, name);
  const service = await ports.store.services.find(session.id, name);
  if (service === null) return { name, text: "", isCut: false };
  const texts: string[] = [];
  let isCut = false;
  for (let afterSeq = service.logStartSeq; ; ) {
    const page = await ports.store.services.readLog(session.id, name, { afterSeq, limit: pageLength });
    if (texts.length === 0 && page[0] !== undefined) isCut = page[0].seq > afterSeq + 1;
    texts.push(...page.map(({ text }) => text));
    if (page.length < pageLength) break;
    afterSeq = page.at(-1)!.seq;
  }
  return { name, ...endOf(texts.join(""), { maxBytes, isCut }) };
}

/** Throws `not_found` if neither the session's last sandbox nor its project has the service. */
export async function requireService(
  ports: { readonly store: Store },
  session: Parameters<typeof listServices>[1],
  name: string,
): Promise<void> {
  const services = await listServices(ports, session);
  if (services.some((service) => service.name === name)) return;
  throw new AppError("not_found", `The session has no service ${name}.`);
}

/** Returns the whole lines at the end of a text. If no line fits, returns the end of the last one. Pure. */
export function endOf(
  text: string,
  { maxBytes, isCut }: { readonly maxBytes: number; readonly isCut: boolean },
): Pick<ServiceLog, "text" | "isCut"> {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes && !isCut) return { text, isCut };
  let start = Math.max(0, bytes.length - maxBytes);
  const wasAtLineStart = start > 0 && bytes[start - 1] === 0x0a;
  const newline = wasAtLineStart ? start - 1 : bytes.indexOf(0x0a, start);
  if (newline >= 0 && newline < bytes.length - 1) start = newline + 1;
  // Skips the rest of a character that the limit split.
  while (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start++;
  return { text: bytes.toString("utf8", start), isCut: true };
}
