import {
  type InitializeResponse,
  type NewSessionRequest,
  PROTOCOL_VERSION,
  RequestError,
  type SessionConfigOption,
  type SessionModeState,
} from "@agentclientprotocol/sdk/unstable";
import { AppError, reason } from "../../core/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { HarnessProcess } from "./harness-process.ts";

const maxIdChars = 1_000;

export interface SessionWish {
  readonly displayName: string;
  readonly cwd: string;
  readonly conversationId: string | null;
  /** The best first. */
  readonly modes: readonly string[];
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly model: string;
}

interface SessionState {
  readonly modes?: SessionModeState | null;
  readonly configOptions?: readonly SessionConfigOption[] | null;
  /** Of harnesses older than configOptions. */
  readonly models?: { readonly currentModelId: string; readonly availableModels: { modelId: string }[] };
}

/** Opens a session over ACP (agentclientprotocol.com): greets, takes up or begins a conversation, sets mode and model. */
export async function openSession(process: HarnessProcess, wish: SessionWish, log: Logger) {
  const greeting = await process.agent.request("initialize", {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: "tembo", version: "0.1.0" },
    // None: a file or terminal of ours would be outside of the sandbox.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  });
  if (greeting.protocolVersion !== PROTOCOL_VERSION) {
    throw new AppError(
      "harness_failed",
      `${wish.displayName} speaks version ${greeting.protocolVersion} of ACP and Tembo speaks ${PROTOCOL_VERSION}. Install the version of the harness that Tembo pins.`,
    );
  }
  const resumed = await takeUp(process, greeting, wish, log);
  const opened = resumed ?? (await begin(process, wish));
  await choose(process, opened.id, opened.state, { category: "mode", values: wish.modes }, log);
  await choose(process, opened.id, opened.state, { category: "model", values: [wish.model] }, log);
  return { id: opened.id, isResumed: resumed !== null };
}

async function begin(process: HarnessProcess, wish: SessionWish) {
  const response = await process.agent.request("session/new", sessionOf(wish));
  if (response.sessionId.length > maxIdChars) {
    throw new AppError(
      "harness_failed",
      `${wish.displayName} named its conversation with ${response.sessionId.length} characters. Install the version that Tembo pins.`,
    );
  }
  return { id: response.sessionId, state: response as SessionState };
}

/** Null when there is nothing to take up, or the harness does not know it any more. */
async function takeUp(process: HarnessProcess, greeting: InitializeResponse, wish: SessionWish, log: Logger) {
  const id = wish.conversationId;
  const capabilities = greeting.agentCapabilities;
  const canResume = Boolean(capabilities?.sessionCapabilities?.resume);
  if (id === null || !(canResume || capabilities?.loadSession)) return null;
  const request = { sessionId: id, ...sessionOf(wish) };
  try {
    const response = canResume
      ? await process.agent.request("session/resume", request)
      : await process.agent.request("session/load", request);
    return { id, state: response as SessionState };
  } catch (error) {
    if (!(error instanceof RequestError) || !process.isAlive) throw error;
    log.warn({ conversationId: id, reason: reason(error) }, "the harness no longer knows the conversation");
    return null;
  }
}

function sessionOf(wish: SessionWish): NewSessionRequest {
  return { cwd: wish.cwd, mcpServers: [], ...(wish.meta ? { _meta: { ...wish.meta } } : {}) };
}

async function choose(
  process: HarnessProcess,
  sessionId: string,
  state: SessionState,
  wish: { readonly category: "mode" | "model"; readonly values: readonly string[] },
  log: Logger,
) {
  const { category, values } = wish;
  if (values.length === 0) return;
  const option = state.configOptions?.find(
    (candidate) =>
      candidate.type === "select" && (candidate.category === category || candidate.id === category),
  );
  const legacy = legacyChoice(state, category);
  const offered = option ? valuesOf(option) : (legacy?.values ?? []);
  const current = option ? option.currentValue : legacy?.current;
  const value = values.find((candidate) => candidate === current || offered.includes(candidate));
  if (value === current) return;
  if (value === undefined) {
    log.warn(
      { [category]: values, offered: offered.slice(0, 20) },
      `the harness does not offer this ${category}: left to its environment`,
    );
  } else if (option) {
    await process.agent.request("session/set_config_option", { sessionId, configId: option.id, value });
  } else if (category === "mode") {
    await process.agent.request("session/set_mode", { sessionId, modeId: value });
  } else {
    await process.agent.request("session/set_model", { sessionId, modelId: value });
  }
}

function valuesOf(option: SessionConfigOption): string[] {
  if (option.type !== "select") return [];
  return option.options.flatMap((entry) =>
    "options" in entry ? entry.options.map((inner) => inner.value) : [entry.value],
  );
}

function legacyChoice(state: SessionState, category: "mode" | "model") {
  if (category === "mode" && state.modes) {
    return { current: state.modes.currentModeId, values: state.modes.availableModes.map((mode) => mode.id) };
  }
  if (category === "model" && state.models) {
    return {
      current: state.models.currentModelId,
      values: state.models.availableModels.map((model) => model.modelId),
    };
  }
  return null;
}
