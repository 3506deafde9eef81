import { requireHarness } from "../../access/index.ts";
import { authorOfKey } from "../../accounts/index.ts";
import { newId } from "../../base/index.ts";
import { prepareSession } from "../create/create-session.ts";
import { type Preparation, unknownPrompt } from "../create/preparation.ts";
import type { Message } from "../message/message.ts";
import { newMessage } from "../message/new-message.ts";
import type { SessionsPorts } from "../ports.ts";
import { readAgentOptions } from "../session/read-agent-options.ts";
import type { Session, SessionRepository } from "../session/session.ts";

/** Records that the session's next turn would read, except for the text of its message. */
export interface PreparedRecords {
  readonly session: Session;
  readonly message: Message;
  readonly uses: readonly SessionRepository[];
  /** Names of the session's MCP connections. */
  readonly mcpServers: readonly string[];
}

/** Builds or reads the records of a preparation. Writes nothing. Throws the errors of `resolveSession`. */
export async function loadPrepared(ports: SessionsPorts, preparation: Preparation): Promise<PreparedRecords> {
  const { request, sessionNumber } = preparation;
  return request === null || sessionNumber === null
    ? loadReply(ports, preparation)
    : loadNew(ports, preparation, { request, sessionNumber });
}

async function loadNew(
  ports: SessionsPorts,
  { id, organizationId, keyId }: Preparation,
  {
    request,
    sessionNumber,
  }: { readonly request: NonNullable<Preparation["request"]>; readonly sessionNumber: number },
): Promise<PreparedRecords> {
  const { session, repositories, mcpServers, message } = await prepareSession(ports, organizationId, {
    ...request,
    id,
    prompt: unknownPrompt,
    origin: { kind: "key", keyId, request: null },
  });
  if (message === null) throw new TypeError("A prepared session is never a draft.");
  return { session: { ...session, number: sessionNumber }, message, uses: repositories, mcpServers };
}

async function loadReply(
  ports: SessionsPorts,
  { id, organizationId, keyId, createdAt }: Preparation,
): Promise<PreparedRecords> {
  const { store } = ports;
  const session = await store.sessions.get(id);
  const harness = requireHarness(session.harness, ports.harnesses.list());
  const [uses, mcpServers, author] = await Promise.all([
    store.sessions.repositories(id),
    store.mcpConnections.usedInSession(id),
    authorOfKey(store, organizationId, keyId),
  ]);
  const message = newMessage({
    id: newId(),
    sessionId: id,
    content: unknownPrompt,
    author,
    sentByKeyId: keyId,
    options: readAgentOptions(null, harness, session.options),
    createdAt,
  });
  return { session, message, uses, mcpServers };
}
