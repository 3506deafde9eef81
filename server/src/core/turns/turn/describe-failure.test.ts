import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../base/index.ts";
import { describeFailure } from "./describe-failure.ts";

const withCode = (code: string) => Object.assign(new Error("write failed"), { code });

test("names the data folder when its disk is full, regardless of the error's form", () => {
  for (const cause of [
    withCode("ENOSPC"),
    withCode("53100"),
    new Error("ENOSPC: no space left on device, mkdir '/data/sessions/1'"),
    new AppError("internal", "cp: cannot create directory: No space left on device"),
    new Error("A step failed.", { cause: withCode("ENOSPC") }),
  ])
    assert.match(
      describeFailure(cause, "/data"),
      /^The disk that holds the data folder \/data is full\. Free space/,
    );
});

test("quotes the reason of any other failure", () => {
  for (const cause of [withCode("ENOENT"), new Error("write failed"), "write failed"])
    assert.equal(
      describeFailure(cause, "/data"),
      "An unexpected error occurred: write failed. See the server's log.",
    );
});
