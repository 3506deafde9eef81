import assert from "node:assert/strict";
import { Octokit } from "@octokit/core";
import { RequestError } from "@octokit/request-error";
import type { MadeForge } from "./local-forge-fixture.ts";

/** The repository of the tests. */
export const repo = { owner: "acme", repo: "app" };
const silence = { debug() {}, info() {}, warn() {}, error() {} };

export function octokitOf({ url }: Pick<MadeForge, "url">, token: string): Octokit {
  return new Octokit({ auth: token, baseUrl: `${url}/api/github/v3`, log: silence });
}

/** Fails with this status and a body that matches. */
export async function refuses(work: Promise<unknown>, status: number, words: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof RequestError, String(error));
    assert.equal(error.status, status, error.message);
    assert.match(JSON.stringify(error.response?.data), words);
    return true;
  });
}
