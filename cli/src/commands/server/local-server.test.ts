import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Doctor,
  type LocalServer,
  loadDoctor,
  loadLocalServer,
  loadReplay,
  type Replay,
} from "./local-server.ts";

test("the interfaces describe the modules of the server", async () => {
  // The compiler compares the types of the modules with the interfaces here, and nowhere else.
  const server: LocalServer = await import("@tembo/server");
  const doctor: Doctor = await import("@tembo/server/doctor");
  const replay: Replay = await import("@tembo/server/replay");
  assert.equal(server, await loadLocalServer());
  assert.equal(doctor, await loadDoctor());
  assert.equal(replay, await loadReplay());
});
