import { API_KEY, git, startWorld, type World, withClone } from "../support/index.ts";
import { onPlace } from "./support/probe.ts";
import { type WorkedTurn, workTurn } from "./support/turn.ts";

interface Place {
  readonly world: World;
  readonly turn: WorkedTurn;
}

/** Refspecs with a name for each push, so that the test can find the reference on the forge. */
const pushes: Readonly<Record<string, string>> = {
  branch: "HEAD:refs/heads/stolen-branch",
  base: "HEAD:refs/heads/main",
  tag: "HEAD:refs/tags/stolen-tag",
  force: "+HEAD:refs/heads/kept",
  deletion: ":refs/heads/kept",
  notes: "HEAD:refs/notes/stolen",
  odd: "HEAD:refs/stolen/odd",
};

const attack = [
  "git commit -q --allow-empty -m Stolen; url=$(git remote get-url origin); echo pushing",
  ...Object.entries(pushes).map(
    ([name, ref]) => `timeout 20 git push -q "$url" '${ref}' 2>&1 | sed 's/^/${name}: /'`,
  ),
  `timeout 20 git ls-remote "$(dirname "$url")/other.git" 2>&1 | sed 's/^/other: /'`,
  "echo x > work.txt; echo pushed",
].join("\n");

const act = onPlace<Place>(
  async () => {
    const world = await startWorld();
    await world.repository("proxy/other", { "secret.txt": "x\n" });
    const turn = await workTurn(world, { repository: "proxy/app", attack });
    if (!turn.events.some(({ eventType }) => eventType === "branch.pushed"))
      throw new Error(`The push of the session's own branch failed: ${turn.output}`);
    return { world, turn };
  },
  ({ world }) => world.close(),
);

/** Lists the references on the forge, one per line. */
const refsOf = ({ turn }: Place) => git("/", API_KEY, "ls-remote", turn.repositoryUrl);

for (const [sentence, name, ref] of [
  ["a branch with another name cannot be pushed", "branch", "refs/heads/stolen-branch"],
  ["a tag cannot be pushed", "tag", "refs/tags/stolen-tag"],
  ["notes cannot be pushed", "notes", "refs/notes/stolen"],
  ["a reference of an unknown kind cannot be pushed", "odd", "refs/stolen/odd"],
] as const) {
  act(sentence, {
    attempt: async (place) => `${place.turn.output}\n${await refsOf(place)}`,
    contained: new RegExp(`^${name}: .*`, "m"),
    escaped: new RegExp(`^[0-9a-f]{40}\\t${ref}$`, "m"),
    // Pushes as a user with an API key.
    control: async (place) => {
      await withClone(place.turn.repositoryUrl, API_KEY, "main", (path) =>
        git(path, API_KEY, "push", "--quiet", "origin", pushes[name]!),
      );
      return refsOf(place);
    },
  });
}

act("a commit cannot be pushed to the base branch", {
  attempt: (place) => subjects(place),
  contained: /^First$/m,
  escaped: /^Stolen$/m,
  control: async (place) => {
    await withClone(place.turn.repositoryUrl, API_KEY, "main", async (path) => {
      await git(path, null, "commit", "--quiet", "--allow-empty", "--message", "Stolen");
      await git(path, API_KEY, "push", "--quiet", "origin", pushes.base!);
    });
    return subjects(place);
  },
});

act("the references of a repository outside the session cannot be listed", {
  attempt: async ({ turn }) => turn.output,
  contained: /^other: /m,
  escaped: /^other: [0-9a-f]{40}\t/m,
  control: async ({ turn }) => {
    const url = turn.repositoryUrl.replace(/[^/]+$/, "other.git");
    return (await git("/", API_KEY, "ls-remote", url)).replaceAll(/^/gm, "other: ");
  },
});

function subjects({ turn }: Place): Promise<string> {
  return withClone(turn.repositoryUrl, API_KEY, "main", (path) => git(path, null, "log", "--format=%s"));
}
