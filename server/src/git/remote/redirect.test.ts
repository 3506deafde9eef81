import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import { author, makeWorld, signal } from "../git-fixture.ts";

/** Serves the fixture's remote over HTTP at `/app.git`, with a redirect from its previous URL, `/old.git`. */
async function renamed(t: TestContext, location: (path: string) => string, status = 301) {
  const world = makeWorld(t);
  const forge = await serveForge(t, dirname(world.remotePath));
  forge.state.answer = (path) =>
    path.startsWith("/old.git") ? { status, headers: { location: location(path) } } : null;
  const fetch = (withCredential = true) =>
    world.git.fetchMirror(
      {
        mirrorPath: world.site.mirrorPath,
        remote: {
          kind: "https",
          url: `${forge.url}/old.git`,
          credential: withCredential ? credential : null,
        },
      },
      signal,
    );
  return { ...world, forge, fetch };
}
const here = (path: string) => path.replace("/old.git", "/app.git");

for (const status of [301, 302, 307, 308])
  test(`fetches a renamed repository from its new URL (${status})`, async (t) => {
    const world = await renamed(t, here, status);
    await world.fetch();
    assert.equal(
      world.at(world.site.mirrorPath, "rev-parse", "main"),
      world.at(world.remotePath, "rev-parse", "main"),
    );
    assert.match(world.warnings.join(), /was renamed/);
  });

test("pushes to a renamed repository at its new URL", async (t) => {
  const world = await renamed(t, here);
  await world.fetch();
  await world.checkOut();
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  const remote = { kind: "https", url: `${world.forge.url}/old.git`, credential } as const;
  const pushed = await world.git.push(
    {
      site: world.site,
      remote,
      branch: "tembo/work",
      rescueBranch: "r",
      sha: headSha!,
      author,
    },
    signal,
  );
  assert.equal(pushed.outcome, "pushed");
  assert.equal(world.at(world.remotePath, "rev-parse", "tembo/work"), headSha);
});

test("does not follow a redirect to another host, with or without a credential", async (t) => {
  const elsewhere = await serveForge(t, "/");
  const world = await renamed(t, (path) => `${elsewhere.url}${here(path)}`);
  for (const withCredential of [true, false])
    await assert.rejects(world.fetch(withCredential), {
      code: "git_failed",
      message: 'The repository old was renamed or moved. Run "tembo integration sync INTEGRATION".',
    });
  assert.equal(elsewhere.requests.length, 0);
  world.forge.state.answer = (path) =>
    path.startsWith("/old.git") ? { status: 301, headers: { location: here(path) } } : null;
  // The forge in this test rejects requests without a credential.
  await assert.rejects(world.fetch(false));
  assert.ok(
    world.forge.requests.some(({ url }) => url.startsWith("/app.git")),
    "control: a redirect on the same host is followed",
  );
});

test("reports a circular or invalid redirect as a renamed repository", async (t) => {
  for (const location of [
    "/old.git/info/refs",
    "http://[",
    "/login",
    "https://user:word@127.0.0.1/app.git/info/refs",
  ]) {
    const world = await renamed(t, () => location);
    await assert.rejects(world.fetch(), { message: /was renamed or moved/ }, location);
  }
});
