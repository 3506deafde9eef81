import assert from "node:assert/strict";
import { test } from "node:test";
import { maskUrl } from "./mask-url.ts";

test("masks only the values of secret parameters and user information in a URL", () => {
  for (const [url, masked] of [
    ["/me?apiKey=abc&page=2", "/me?apiKey=***&page=2"],
    ["/x?access_token=a=b&q=1", "/x?access_token=***&q=1"],
    ["/x?%61piKey=abc", "/x?%61piKey=***"],
    ["/x?a%zzkey=abc", "/x?a%zzkey=***"],
    ["/cb?code=abc&state=1", "/cb?code=***&state=1"],
    ["/x?X-Amz-Signature=abc", "/x?X-Amz-Signature=***"],
    ["https://user:word@host/p?token=t#access_token=u", "https://***@host/p?token=***#access_token=***"],
    ["/session/list?page=1&limit=2", "/session/list?page=1&limit=2"],
    ["/session/list", "/session/list"],
  ] as const)
    assert.equal(maskUrl(url), masked);
});
