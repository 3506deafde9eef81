import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { API_KEY, PROVIDER_KEY, startWorld, type World } from "../support/index.ts";
import { scopes } from "./support/exclusions.ts";
import { huntScript } from "./support/hunt.ts";
import { onCombinations } from "./support/probe.ts";
import { type WorkedTurn, workTurn } from "./support/turn.ts";

interface Place {
  readonly world: World;
  readonly turn: WorkedTurn;
  /**
   * A turn that ran while the organization's secret was still an environment variable, before it had a header injection
   * rule.
   */
  readonly turnBefore: WorkedTurn;
  /** Result of the same search by root on the host, in the server's own processes and data folder. */
  readonly foundOutside: string;
}

const boundValue = "a-bound-secret-of-the-organization";
const script = huntScript({
  "the provider's key": PROVIDER_KEY,
  "the API key": API_KEY,
  "the bound secret": boundValue,
});

const act = onCombinations<Place>(
  async ({ sandbox }) => {
    const since = Math.floor(Date.now() / 1000);
    const world = await startWorld({ env: { TEMBO_SANDBOX: sandbox } });
    const { organizations, me } = world.client;
    const { orgId } = await me.retrieve();
    if (orgId === null) throw new Error("The API key of this world has no organization.");
    const secret = await organizations.secrets.create(orgId, { key: "DEPLOY_KEY", value: boundValue });
    const turnBefore = await workTurn(world, {
      repository: "hunt/before",
      files: { "hunt.pl": script },
      attack: `HUNT_FOLDERS=/workspace perl hunt.pl`,
    });
    await organizations.secrets.binding.update(orgId, secret.id, {
      hosts: ["api.example.com"],
      header: "authorization",
    });
    const turn = await workTurn(world, {
      repository: "hunt/app",
      files: { "hunt.pl": script },
      attack: `HUNT_SINCE=${since} perl hunt.pl; env | sed 's/=.*//' | sort | tr '\\n' ' '`,
    });
    const { stdout } = await promisify(execFile)("perl", ["-e", script], {
      env: { PATH: process.env.PATH, HUNT_PIDS: String(world.tembo.pid), HUNT_FOLDERS: world.dataDir },
      maxBuffer: 10_000_000,
    });
    return { world, turn, turnBefore, foundOutside: stdout };
  },
  ({ world }) => world.close(),
  scopes.wholeTurns,
);

for (const [sentence, secret, place] of [
  ["the provider's key is in no environment that a turn can read", "the provider's key", "the environ of"],
  ["the API key is in no environment that a turn can read", "the API key", "the environ of"],
  ["the provider's key is in no memory that a turn can read", "the provider's key", "the memory of"],
  ["the API key is in no memory that a turn can read", "the API key", "the memory of"],
] as const) {
  act(sentence, {
    attempt: async ({ turn }) => turn.output,
    contained: /searched \d{3,} files and \d+ processes/,
    escaped: new RegExp(`found ${secret} in ${place}`),
    control: async ({ foundOutside }) => foundOutside,
  });
}

for (const part of ["environ", "memory"]) {
  act(`an injected secret is in no ${part} that a turn can read`, {
    attempt: async ({ turn }) => turn.output,
    contained: /searched \d{3,} files and \d+ processes/,
    escaped: new RegExp(`found the bound secret in the ${part} of`),
    control: async ({ turnBefore }) => turnBefore.output,
  });
}

act("no server secret is in a file that a turn can read", {
  attempt: async ({ turn }) => turn.output,
  contained: /searched \d{3,} files and \d+ processes/,
  escaped: /found .* in \//,
  // Writes the key to a file on the host only.
  control: async ({ world }) => {
    const { stdout } = await promisify(execFile)(
      "sh",
      ["-c", 'printf %s "$KEY" > "$HUNT_FOLDERS/planted" && perl -e "$SCRIPT"; rm "$HUNT_FOLDERS/planted"'],
      {
        env: {
          PATH: process.env.PATH,
          HUNT_PIDS: String(process.pid),
          HUNT_FOLDERS: world.dataDir,
          KEY: API_KEY,
          SCRIPT: script,
        },
        maxBuffer: 10_000_000,
      },
    );
    return stdout;
  },
});

act("no server setting is in a turn's environment", {
  attempt: async ({ turn }) => turn.output,
  contained: /searched/,
  escaped: /\b(TEMBO_(?!TOOLS_URL\b)\w+|DATABASE_URL|OPENAI_API_KEY|GEMINI_API_KEY)\b/,
  control: async ({ world }) =>
    (await promisify(execFile)("cat", [`/proc/${world.tembo.pid}/environ`])).stdout,
});
