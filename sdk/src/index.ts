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
export type { AttachmentUpload } from "./resources/file/attachments.ts";
export type { SessionEventsOptions } from "./stream/follow-session.ts";
export { Tembo, Tembo as default } from "./tembo.ts";
export type { ApiRequest } from "./transport.ts";
export type * from "./types.ts";
export type { WireOptions } from "./stream/wire.ts";
