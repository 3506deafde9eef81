import { z } from "zod";
import { type ErrorCode, errorCodes } from "./error-codes.ts";

/** The body of every error of the API. */
export const errorBody = z.strictObject({
  error: z.string().describe("A sentence that says what to change, for people."),
  code: z
    .enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])
    .describe("The kind of error, for programs."),
  field: z
    .string()
    .optional()
    .describe("The field or parameter that the sentence is about, such as `egress.allow.0`."),
  requestId: z
    .string()
    .optional()
    .describe("The server's name for this request in its log; absent for what was no HTTP request."),
});
export type ErrorBody = z.infer<typeof errorBody>;
