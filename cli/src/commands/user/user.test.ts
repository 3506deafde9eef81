import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const invitation = { url: "https://tembo.example/welcome#token", expiresAt: "2026-01-02T00:00:00.000Z" };

test("user invite prints only the invitation link", async () => {
  await using api = await startFakeApi({ "POST /v1/users/invitations": invitation });
  const run = (...args: string[]) =>
    runCommand(["user", "invite", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });
  assert.equal((await run("ada@example.com")).stdout, `${invitation.url}\n`);
  assert.equal((await run("bob@example.com", "--role", "admin")).stdout, `${invitation.url}\n`);
  assert.deepEqual(
    api.asked.map(({ body }) => body),
    [
      { email: "ada@example.com", role: "org:member" },
      { email: "bob@example.com", role: "org:admin" },
    ],
  );
  assert.equal((await run("bob@example.com", "--role", "king")).status, 2);
});
