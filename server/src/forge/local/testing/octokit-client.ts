import assert from "node:assert/strict";
import { Octokit } from "@octokit/core";
import { RequestError } from "@octokit/request-error";
import { checkAnswer } from "../../github/testing/github-contract.ts";
import type { MadeForge } from "./local-forge-fixture.ts";

export const repo = { owner: "acme", repo: "app" };
const silence = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Creates an Octokit client. For the routes that the adapter's tests cover, the client also throws if a response violates GitHub's OpenAPI
 * description.
 */
export function octokitOf({ url }: Pick<MadeForge, "url">, token: string): Octokit {
  const baseUrl = `${url}/api/github/v3`;
  const checkedFetch = async (input: string, init: RequestInit) => {
    const response = await fetch(input, init);
    const asked = new URL(input.replace(baseUrl, "https://api.github.com"));
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const body: unknown = isJson ? await response.clone().json() : undefined;
    // A redirected response comes from the log storage, which GitHub's description does not cover.
    const complaints = response.redirected
      ? []
      : checkAnswer(init.method ?? "GET", asked, response.status, body);
    assert.deepEqual(complaints, [], `${init.method} ${asked.pathname}`);
    return response;
  };
  return new Octokit({ auth: token, baseUrl, log: silence, request: { fetch: checkedFetch } });
}

/** Asserts that the request is rejected with this status and a matching body. */
export async function refuses(work: Promise<unknown>, status: number, words: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof RequestError, String(error));
    assert.equal(error.status, status, error.message);
    assert.match(JSON.stringify(error.response?.data), words);
    return true;
  });
}
