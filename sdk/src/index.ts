export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
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
} from "./errors.ts";
export type { ClientOptions, RequestOptions } from "./options.ts";
export type * from "./queries.ts";
export type { AttachmentUpload } from "./resources/attachments.ts";
export type { SessionEventsOptions } from "./session-events.ts";
export { Tembo, Tembo as default } from "./tembo.ts";
export type { ApiRequest } from "./transport.ts";
export type * from "./types.ts";
export type { VerifyWebhookOptions, WebhookHeaders } from "./webhook/verify-webhook.ts";
export { verifyWebhook, WebhookVerificationError } from "./webhook/verify-webhook.ts";
export type { WireOptions } from "./wire.ts";
