import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "./start-api.ts";

test("derives a server's address only from a host that other machines reach", () => {
  assert.equal(addressOf({ host: "10.0.0.5", port: 3000 }), "http://10.0.0.5:3000");
  assert.equal(addressOf({ host: "tembo.internal", port: 80 }), "http://tembo.internal:80");
  assert.equal(addressOf({ host: "fd00::5", port: 3000 }), "http://[fd00::5]:3000");
  for (const host of ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::"])
    assert.equal(addressOf({ host, port: 3000 }), null, host);
});
