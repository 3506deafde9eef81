import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { anyOwner, commitAll, makeWorld, plainGit } from "../git-fixture.ts";

/** Creates a session whose harness commits and pushes on its own. By default, each push is recorded as the git proxy would
 * record it. */
async function pushing(t: TestContext) {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut();
  const tip = () => world.at(world.remotePath, "rev-parse", "--verify", "--quiet", "tembo/work");
  return {
    ...world,
    tip,
    commit: (name: string, text: string, ...options: string[]) => {
      world.write(name, text);
      world.harness("add", "--all");
      world.harness("commit", "--quiet", ...options, "-m", name);
      return world.harness("rev-parse", "HEAD");
    },
    /** Pushes like the sandbox, which uses the git proxy. If `isNoted` is true, records the push. */
    pushItself: async (oldSha: string | null, isNoted = true) => {
      const newSha = world.harness("rev-parse", "HEAD");
      plainGit(
        world.root,
        "-C",
        world.remotePath,
        "fetch",
        "--quiet",
        anyOwner,
        `file://${world.site.checkoutPath}`,
        `+HEAD:refs/heads/tembo/work`,
      );
      if (isNoted) await world.git.noteOwnPush({ site: world.site, branch: "tembo/work", oldSha, newSha });
      return newSha;
    },
  };
}

test("replaces commits that the harness pushed earlier with an amended branch", async (t) => {
  const world = await pushing(t);
  world.commit("a.txt", "1\n");
  const first = await world.pushItself(null);
  world.commit("b.txt", "2\n");
  await world.pushItself(first);
  world.harness("reset", "--quiet", "--soft", "origin/main");
  world.commit("a.txt", "amended\n");
  const { headSha } = await world.capture();
  assert.deepEqual(await world.push(headSha!), { outcome: "pushed", sha: headSha });
  assert.equal(world.tip(), headSha);
});

test("control: pushes the amended branch to the rescue branch if the pushed commits' origin is unknown", async (t) => {
  const world = await pushing(t);
  world.commit("a.txt", "1\n");
  await world.pushItself(null, false);
  world.commit("a.txt", "amended\n", "--amend");
  const { headSha } = await world.capture();
  assert.equal((await world.push(headSha!)).outcome, "rescued");
});

test("never replaces other people's commits below or above the session's pushes", async (t) => {
  for (const place of ["below", "above"]) {
    const world = await pushing(t);
    const commitByPerson = () => {
      plainGit(world.person, "fetch", "--quiet", "origin");
      const start = plainGit(world.person, "branch", "--remotes").includes("tembo/work")
        ? "tembo/work"
        : "main";
      plainGit(world.person, "checkout", "--quiet", "-B", "moved", `origin/${start}`);
      writeFileSync(join(world.person, "theirs.txt"), "theirs\n");
      const sha = commitAll(world.person, "Theirs");
      plainGit(world.person, "push", "--quiet", "origin", "HEAD:tembo/work");
      return sha;
    };
    let person = "";
    if (place === "below") {
      person = commitByPerson();
      world.harness("fetch", "--quiet", anyOwner, `file://${world.remotePath}`, "tembo/work");
      world.harness("merge", "--quiet", "--ff-only", "FETCH_HEAD");
    }
    world.commit("a.txt", "1\n");
    await world.pushItself(place === "below" ? person : null);
    if (place === "above") person = commitByPerson();
    world.harness("reset", "--quiet", "--hard", "origin/main");
    world.commit("b.txt", "amended\n");
    const { headSha } = await world.capture();
    await world.push(headSha!);
    world.at(world.remotePath, "merge-base", "--is-ancestor", person, "tembo/work");
  }
});

test("pushes the amended files as a merge if the remote forbids replacing commits", async (t) => {
  const world = await pushing(t);
  world.commit("a.txt", "1\n");
  const pushed = await world.pushItself(null);
  world.commit("a.txt", "amended\n", "--amend");
  const { headSha } = await world.capture();
  world.at(world.remotePath, "config", "receive.denyNonFastForwards", "true");
  const result = await world.push(headSha!);
  assert.equal(result.outcome, "merged");
  assert.equal(world.at(world.remotePath, "show", "tembo/work:a.txt"), "amended");
  world.at(world.remotePath, "merge-base", "--is-ancestor", pushed, "tembo/work");
});
