import assert from "node:assert/strict";
import { test } from "node:test";
import { describeForwardedPorts } from "./describe-forwarded-ports.ts";

const publicUrl = "https://tembo.example.com";

test("notes that sessions publish forwarded ports only on a server with a preview domain", () => {
  const describe = (previewDomain: string | null) =>
    describeForwardedPorts([3000, "db:5432", 8080], { publicUrl, previewDomain });
  const others = "[It also forwards db:5432. Ports of other hosts have no effect.]\n";
  assert.equal(
    describe("preview.example.net"),
    `[It forwards the ports 3000, 8080. Sessions publish them as previews.]\n${others}`,
  );
  assert.match(describe(null), /^\[It forwards the ports 3000, 8080\. Previews are off, .*\]\n\[It also/);
  assert.equal(describeForwardedPorts([], { publicUrl, previewDomain: null }), "");
});
