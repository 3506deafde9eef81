import assert from "node:assert/strict";
import { test } from "node:test";
import { idsOfRoot, userIdRanges } from "../core/base/index.ts";
import { reservedIds } from "../layers/create-layers.ts";
import { checkUserIds } from "./check-user-ids.ts";

const bases = { sandboxUidBase: 700_000, sandboxRootUidBase: 1_900_000_000 };

test("reports a range of another user that overlaps the IDs of sandboxes", () => {
  const check = (subuid: string) => checkUserIds(bases, (path) => (path === "/etc/subuid" ? subuid : ""));
  const inside = check("# comment\nsome:100000:65536\nada:950000:65536\n");
  assert.equal(inside.ok, false);
  assert.match(inside.detail, /ada IDs from 950000 to 1015535/);
  assert.match(inside.fix!, /TEMBO_SANDBOX_UID_BASE/);
  assert.match(check("ada:1900065536:65536").fix!, /TEMBO_SANDBOX_ROOT_UID_BASE/);
  assert.equal(check("some:100000:65536\nada:634464:65536").ok, true, "control: the range ends before");
  assert.equal(check("").isRequired, false);
  const ofGroups = checkUserIds(bases, (path) => (path === "/etc/subgid" ? "ada:700000:65536" : ""));
  assert.match(ofGroups.detail, /^\/etc\/subgid gives ada IDs/);
});

test("the IDs of sessions include those of layers", () => {
  const [sessions] = userIdRanges(bases);
  assert.equal(sessions!.first + sessions!.count, reservedIds(bases.sandboxUidBase) + idsOfRoot);
});
