import { createBroker } from "../../../server/src/broker/create-broker.ts";
import { loadPrices } from "../../../server/src/broker/model/metering/prices.ts";
import { createSpawnGit } from "../../../server/src/git/process/spawn-git.ts";
import { createOutbound } from "../../../server/src/outbound/outbound.ts";
import { socketAt } from "../../../server/src/sandbox/forwards/listen-at-socket.ts";

/**
 * Opens the proxies at the socket paths in PROXIES (JSON) for the user OWNER_ID. All proxies connect to the server at
 * localhost:PORT.
 */
const { PROXIES = "", PORT = "", OWNER_ID = "", MIRROR_PATH = "", SCRATCH_PATH = "" } = process.env;
const proxies = JSON.parse(PROXIES) as { model: string; egress: string; git: string };
const url = `http://127.0.0.1:${PORT}`;
const provider = { credential: { apiKey: "key" }, addresses: { baseUrl: url } };
const log = { info() {}, warn() {}, error: (fields: object) => console.error(fields) };
const outbound = createOutbound({ log, privateHosts: ["localhost"] });
const broker = createBroker({
  providers: { anthropic: provider, openai: provider, gemini: provider },
  prices: await loadPrices(null),
  privateHosts: ["localhost"],
  spawnGit: createSpawnGit({ dataDir: "/nowhere" }),
  outbound,
  log,
});
const owner = { uid: Number(OWNER_ID), gid: Number(OWNER_ID) };

await broker.openEgress({
  ...socketAt({ ...owner, socketPath: proxies.egress }),
  policy: { kind: "list", rules: [{ host: "localhost", port: Number(PORT) }] },
  secrets: [],
  certificateAuthority: null,
  onDenied: ({ host, reason }) => console.error(`denied: ${host} ${reason}`),
});
await broker.openModelGateway({
  ...socketAt({ ...owner, socketPath: proxies.model }),
  family: "anthropic",
  reachesNetwork: true,
  provider: "anthropic",
  credential: null,
  meter: { hasBudget: false, admit: async () => null, release: async () => {}, record: async () => {} },
});
await broker.openGitBroker({
  ...socketAt({ ...owner, socketPath: proxies.git }),
  repositories: [
    {
      path: "/1",
      remote: async () => ({ kind: "https", url: `${url}/app.git`, credential: null }),
      pushBranch: "bench",
      mirrorPath: MIRROR_PATH,
    },
  ],
  scratchPath: SCRATCH_PATH,
  maxPackBytes: 2 * 1024 ** 3,
});
console.log("ready proxies");
