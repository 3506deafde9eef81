export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  type APIErrorCode,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  TemboError,
  UnprocessableEntityError,
  WaitTimeoutError,
} from "./errors.ts";
export * from "./limits.ts";
export type { SessionChangesOptions, SessionsChange } from "./live/follow-session-changes.ts";
export type { LiveConnection, LiveConnectOptions, LiveSubscription } from "./live/live-connection.ts";
export type { WebSocketConstructor, WebSocketLike } from "./live/web-socket.ts";
export {
  type AgentCatalog,
  type AgentParts,
  agentModelName,
  agentName,
  harnessName,
  modelName,
  splitAgent,
} from "./names/agent-name.ts";
export { egressPresetName, sandboxSizeName } from "./names/setting-names.ts";
export type { ClientOptions, RequestOptions, Retry } from "./options.ts";
export { type PatchFile, parsePatch } from "./patch/parse-patch.ts";
export type * from "./queries.ts";
export type { APIAnswer, APIPromise } from "./request/api-promise.ts";
export type { ApiRequest } from "./request/api-request.ts";
export type { ItemOf, Page, PageMethods, PagePromise } from "./request/page.ts";
export type { AttachmentUpload } from "./resources/attachments.ts";
export type { AttachmentContent } from "./resources/read-content.ts";
export type { EventOf } from "./stream/event-of.ts";
export type { SessionEventsOptions } from "./stream/follow-session.ts";
export type {
  StreamOptions as BuildLogOptions,
  StreamOptions as ServiceLogOptions,
} from "./stream/follow-stream.ts";
export type { SessionStreamOptions } from "./stream/stream-session.ts";
export type { SessionWaitOptions } from "./stream/wait-for-session.ts";
export type { WireOptions } from "./stream/wire.ts";
export { Tembo, Tembo as default } from "./tembo.ts";
export type { Terminal, TerminalOptions, TerminalSize } from "./terminal/terminal.ts";
export type * from "./types.ts";
export type { VerifyWebhookOptions, WebhookHeaders } from "./webhook/verify-webhook.ts";
export { verifyWebhook, WebhookVerificationError } from "./webhook/verify-webhook.ts";
