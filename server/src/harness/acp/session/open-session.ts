import {
  type InitializeResponse,
  type NewSessionRequest,
  PROTOCOL_VERSION,
  RequestError,
} from "@agentclientprotocol/sdk/unstable";
import type { McpServer } from "../../../core/access/index.ts";
import { AppError, type Logger, reason } from "../../../core/base/index.ts";
import type { HarnessProcess } from "../process/harness-process.ts";
import type { Wish } from "./decide-wishes.ts";
import { reachableServers } from "./mcp-servers.ts";
import { SessionChoices, type SessionState } from "./session-choices.ts";

const maxIdChars = 1_000;

export interface SessionWish {
  readonly displayName: string;
  readonly cwd: string;
  readonly conversationId: string | null;
  readonly wishes: readonly Wish[];
  readonly mcpServers: readonly McpServer[];
  /** Transports that are known to work with this harness. The driver uses no others, even if the harness announces them. */
  readonly mcpTransports: readonly McpServer["transport"][];
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

export interface OpenedSession {
  readonly id: string;
  readonly isResumed: boolean;
  readonly canSteer: boolean;
  readonly takesImages: boolean;
  readonly choices: SessionChoices;
  /** Notices about omitted MCP servers and about requested settings that the harness has not accepted. */
  readonly notices: readonly string[];
}

/**
 * Initializes an ACP connection (agentclientprotocol.com). The harness learns nothing about a session. Throws `harness_failed` if the protocol
 * version differs. Also throws the errors of the connection.
 */
export async function initialize(process: HarnessProcess, displayName: string): Promise<InitializeResponse> {
  const greeting = await process.agent.request("initialize", {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: "tembo", version: "0.1.0" },
    clientCapabilities: {
      // These capabilities are disabled, because the client's files and terminals would be outside the sandbox.
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
      // Requests the output and exit codes of commands. Without this field, some harnesses do not report exit codes.
      _meta: { terminal_output: true },
    },
  });
  if (greeting.protocolVersion !== PROTOCOL_VERSION) {
    throw new AppError(
      "harness_failed",
      `${displayName} uses ACP version ${greeting.protocolVersion}, but Tembo uses version ${PROTOCOL_VERSION}. Install the harness version that Tembo pins.`,
    );
  }
  return greeting;
}

/**
 * Opens a session over an initialized connection: resumes or creates a conversation and applies the requested settings. Throws
 * `harness_failed` if the conversation ID is too long. Also throws the errors of the connection.
 */
export async function openSession(
  { process, greeting }: { readonly process: HarnessProcess; readonly greeting: InitializeResponse },
  wish: SessionWish,
  log: Logger,
): Promise<OpenedSession> {
  const mcp = reachableServers(wish, greeting.agentCapabilities?.mcpCapabilities);
  const request: NewSessionRequest = {
    cwd: wish.cwd,
    mcpServers: mcp.servers,
    ...(wish.meta ? { _meta: { ...wish.meta } } : {}),
  };
  const resumed = await takeUp(process, greeting, { id: wish.conversationId, request }, log);
  const opened = resumed ?? (await begin(process, wish.displayName, request));
  const choices = new SessionChoices(wish.displayName, opened.state);
  const notices = mcp.notice === null ? [] : [mcp.notice];
  for (const one of wish.wishes) {
    const refusal = await choices.choose(process, opened.id, one);
    if (refusal !== null) notices.push(refusal);
  }
  return {
    id: opened.id,
    isResumed: resumed !== null,
    canSteer: canSteer(greeting),
    takesImages: greeting.agentCapabilities?.promptCapabilities?.image === true,
    choices,
    notices,
  };
}

async function begin(process: HarnessProcess, displayName: string, request: NewSessionRequest) {
  const response = await process.agent.request("session/new", request);
  if (response.sessionId.length > maxIdChars) {
    throw new AppError(
      "harness_failed",
      `${displayName} returned a conversation ID of ${response.sessionId.length} characters, which is too long. Install the version that Tembo pins.`,
    );
  }
  return { id: response.sessionId, state: (response ?? {}) as SessionState };
}

/** Resumes the conversation, or returns null if there is no conversation to resume or the harness cannot resume it. */
async function takeUp(
  process: HarnessProcess,
  greeting: InitializeResponse,
  { id, request }: { readonly id: string | null; readonly request: NewSessionRequest },
  log: Logger,
) {
  const capabilities = greeting.agentCapabilities;
  const canResume = Boolean(capabilities?.sessionCapabilities?.resume);
  if (id === null || !(canResume || capabilities?.loadSession)) return null;
  try {
    const response = await process.agent.request(canResume ? "session/resume" : "session/load", {
      sessionId: id,
      ...request,
    });
    return { id, state: (response ?? {}) as SessionState };
  } catch (error) {
    if (!(error instanceof RequestError) || !process.isAlive) throw error;
    log.warn({ conversationId: id, reason: reason(error) }, "the harness no longer has the conversation");
    return null;
  }
}

/** True if the harness announces steering, a protocol extension, next to its capabilities. */
function canSteer({ _meta }: InitializeResponse): boolean {
  const steering = _meta?.steering as { supported?: unknown } | null | undefined;
  return steering?.supported === true;
}
