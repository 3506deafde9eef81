import assert from "node:assert/strict";
import { test } from "node:test";
import { listExtremes, thisMachine } from "../../../../server/src/config.ts";
import { knownVariables } from "../../../../server/src/config-variables.ts";
import { API_KEY, startTemboProcess, temporaryDataDir } from "../../support/index.ts";

/** Settings whose value is a name, a URL, a path or a credential. They have no minimum or maximum. */
const texts =
  /^(HOST|DATABASE_URL|XDG_DATA_HOME|TEMBO_(DATA_DIR|BOOTSTRAP_API_KEY|DEFAULT_AGENT|API_KEY|PROFILE|BLOBS|METRICS|METRICS_TOKEN|SERVER_ADDRESS|WORKER_LABELS|S3_(ENDPOINT|REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY)))$|_(URL|FILE|DIR|DOMAIN|HOSTS|PROXIES)$|^(ANTHROPIC|OPENAI|GEMINI|OPENROUTER|AWS|GCP)_/;
const extremes = listExtremes(thisMachine());

test("covers the smallest and the largest value of every non-text setting", () => {
  const uncovered = knownVariables.filter((name) => !texts.test(name) && !extremes.has(name));
  assert.deepEqual(uncovered, []);
});

/**
 * Functions that select a value for the setting at an index: 0 selects the smallest value and 1 the largest. The last
 * two functions alternate, so that related settings differ.
 */
const choices: Readonly<Record<string, (index: number) => 0 | 1>> = {
  "the smallest value of every setting": () => 0,
  "the largest value of every setting": () => 1,
  "alternating smallest and largest values": (index) => (index % 2 === 0 ? 0 : 1),
  "alternating largest and smallest values": (index) => (index % 2 === 0 ? 1 : 0),
};

const opposite = (end: 0 | 1) => (end === 0 ? 1 : 0);

for (const [name, choose] of Object.entries(choices)) {
  test(`starts and serves requests with ${name}`, async () => {
    const uidBase = [...extremes.keys()].indexOf("TEMBO_SANDBOX_UID_BASE");
    // The two ranges of user IDs must not overlap, so their bases are at different ends.
    const endOf = (variable: string, index: number) =>
      variable === "TEMBO_SANDBOX_ROOT_UID_BASE" ? opposite(choose(uidBase)) : choose(index);
    const env = Object.fromEntries(
      [...extremes].map(([variable, ends], index) => [variable, ends[endOf(variable, index)]]),
    );
    const dataDir = await temporaryDataDir();
    try {
      const tembo = await startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY, env });
      try {
        const response = await fetch(`${tembo.url}/me`, { headers: { authorization: `Bearer ${API_KEY}` } });
        assert.equal(response.status, 200, JSON.stringify(env));
        await response.body?.cancel();
      } finally {
        assert.equal(await tembo.stop(), 0);
      }
    } finally {
      await dataDir.remove();
    }
  });
}
