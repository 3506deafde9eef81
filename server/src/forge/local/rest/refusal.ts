import { AppError } from "../../../core/base/index.ts";

export interface RefusedField {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/** Rejection of a request in GitHub's error format. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly errors: readonly RefusedField[];

  constructor(status: number, message: string, errors: readonly RefusedField[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** Returns GitHub's 422 error, with a custom message. */
export function invalid(resource: string, message: string): ApiRefusal {
  return new ApiRefusal(422, "Validation Failed", [{ resource, code: "custom", message }]);
}

/** Returns GitHub's 422 error for an invalid field. */
export function invalidField(resource: string, field: string): ApiRefusal {
  return new ApiRefusal(422, "Validation Failed", [{ resource, field, code: "invalid" }]);
}

/** Converts an error to a rejection, or returns null for an unexpected failure. */
export function refusalOf(cause: unknown): ApiRefusal | null {
  if (cause instanceof ApiRefusal) return cause;
  if (!(cause instanceof AppError)) return null;
  switch (cause.code) {
    case "not_found":
      return new ApiRefusal(404, "Not Found");
    case "invalid_input":
      return new ApiRefusal(422, "Validation Failed", [
        { resource: "Request", code: "custom", message: cause.message },
      ]);
    case "conflict":
      return new ApiRefusal(409, cause.message);
    default:
      return null;
  }
}
