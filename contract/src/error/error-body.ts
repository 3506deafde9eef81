import { z } from "zod";
import { type ErrorCode, errorCodes } from "./error-codes.ts";

/** Body of every API error response. */
export const errorBody = z.strictObject({
  error: z.string().describe("A sentence for people that explains what to change."),
  code: z
    .enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])
    .describe("The error code, for programs."),
  field: z
    .string()
    .optional()
    .describe("The field or parameter that caused the error, such as `egress.allow.0`."),
  requestId: z
    .string()
    .optional()
    .describe("Identifies the request in the server's log. Absent for errors outside an HTTP request."),
});
export type ErrorBody = z.infer<typeof errorBody>;
