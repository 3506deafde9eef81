import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOfSystem } from "./require-system-support.ts";

test("a server that is not root runs only profile user, with a bubblewrap that mounts overlays", () => {
  assert.equal(problemOfSystem("user", true, null), null);
  assert.equal(problemOfSystem("root", true, null), null);
  assert.equal(problemOfSystem("user", false, "0.11.0"), null);
  assert.match(
    problemOfSystem("user", false, "0.9.0")!,
    /bubblewrap 0\.9\.0 cannot .* Install bubblewrap 0\.11/,
  );
  assert.match(problemOfSystem("root", false, "0.12.0")!, /Run the server as root/);
});
