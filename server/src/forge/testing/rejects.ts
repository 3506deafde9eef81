import assert from "node:assert/strict";
import { AppError, type ErrorCode } from "../../core/base/index.ts";

/** Asserts that the promise rejects with this code and a matching message. */
export async function rejects(work: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}
