import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import {
  deniedHosts,
  type LoopbackHosts,
  makePackages,
  runShell,
  serveFolder,
  startLoopbackHosts,
  startWorld,
  type World,
} from "../../support/index.ts";

let world: World;
let folder: string;
let certificate: string;
/** Hosts with the same packages, over HTTP and HTTPS. The first host of each scheme is allowed. */
let clear: LoopbackHosts;
let secure: LoopbackHosts;
/** Output by client. All clients run in one turn. */
let printed: Readonly<Record<string, string>>;
let asked: readonly string[];
let denied: readonly string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-packages-"));
  const { key, cert } = await makeCertificate(folder);
  certificate = cert;
  clear = await startLoopbackHosts(serveFolder(join(folder, "clear")));
  secure = await startLoopbackHosts(serveFolder(join(folder, "secure")), { key, cert });
  await makePackages(join(folder, "clear"), `http://${clear.places[0]}`);
  await makePackages(join(folder, "secure"), `https://${secure.places[0]}`);
  const named = [...clear.places, ...secure.places].join();
  world = await startWorld({ env: { TEMBO_PRIVATE_HOSTS: named } });
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.egress.update(orgId ?? "", {
    preset: "custom",
    allow: [clear.places[0]!, secure.places[0]!],
  });
  const repository = await world.repository("clients/app", { "ca.pem": certificate });
  const names = Object.keys(clients);
  const { outputs, events } = await runShell(world, names.map(scriptOf), { repositories: [repository.url] });
  assert.equal(outputs.length, names.length);
  printed = Object.fromEntries(names.map((name, index) => [name, outputs[index]!]));
  asked = [...clear.asked(), ...secure.asked()];
  denied = deniedHosts(events);
});
after(async () => {
  await world.close();
  await Promise.all([clear.close(), secure.close()]);
  await rm(folder, { recursive: true, force: true });
});

interface Client {
  /** The command that the sandbox must contain. */
  readonly needs: string;
  /**
   * Returns a script that fetches something from the host at `root` into the current folder. The script succeeds only
   * if the download succeeds.
   */
  script(root: string): string;
  /** Path prefix that only this client requests. */
  readonly asks: string;
  /**
   * True for a client that the test uses only with http://, because the client needs more than one option to trust the
   * test's certificate.
   */
  readonly isClearOnly?: true;
}

/**
 * Clients by name. Their scripts configure no proxy, because the sandbox's environment directs each program to the
 * egress proxy. Go is missing: it uses no proxy for loopback addresses, at which the test's hosts are.
 */
const clients: Readonly<Record<string, Client>> = {
  curl: {
    needs: "curl",
    asks: "/hello.txt?curl",
    script: (root) => `curl -fsS --cacert ../../ca.pem ${root}/hello.txt?curl | grep hello`,
  },
  "Node's fetch": {
    needs: "node",
    asks: "/hello.txt?node",
    script: (root) =>
      `NODE_EXTRA_CA_CERTS=../../ca.pem node -e 'fetch("${root}/hello.txt?node").then((r) => { if (!r.ok) throw r.status; })'`,
  },
  "Python's urllib": {
    needs: "python3",
    asks: "/hello.txt?python",
    script: (root) =>
      `SSL_CERT_FILE=../../ca.pem python3 -c 'import urllib.request as u; u.urlopen("${root}/hello.txt?python").read()'`,
  },
  "git clone": {
    needs: "git",
    asks: "/little.git/",
    script: (root) =>
      `git -c http.sslCAInfo=../../ca.pem clone -q ${root}/little.git && git -C little log -1 --format=%s`,
  },
  npm: {
    needs: "npm",
    asks: "/npm/",
    script: (root) =>
      `echo {} > package.json; npm install --no-audit --no-fund --cafile ../../ca.pem --fetch-retries 0 --registry ${root}/npm/ little && test -f node_modules/little/package.json`,
  },
  pip: {
    needs: "pip",
    asks: "/pip/",
    script: (root) =>
      `pip install -q --no-cache-dir --disable-pip-version-check --retries 0 --cert ../../ca.pem --index-url ${root}/pip/simple/ --target got little && test -f got/little.py`,
  },
  cargo: {
    needs: "cargo",
    asks: "/cargo/",
    script: (root) =>
      `mkdir src .cargo; touch src/lib.rs; printf '[package]\\nname = "a"\\nversion = "1.0.0"\\n[dependencies]\\nlittle = { version = "1", registry = "local" }\\n' > Cargo.toml
printf '[registries.local]\\nindex = "sparse+${root}/cargo/"\\n[net]\\nretry = 0\\n' > .cargo/config.toml
CARGO_HTTP_CAINFO=../../ca.pem cargo fetch`,
  },
  apt: {
    needs: "apt-get",
    asks: "/apt/",
    isClearOnly: true,
    script: (root) =>
      `mkdir -p etc/apt/apt.conf.d etc/apt/preferences.d etc/apt/trusted.gpg.d var/lib/apt/lists/partial var/cache/apt/archives/partial var/lib/dpkg; touch var/lib/dpkg/status
echo 'deb [trusted=yes] ${root}/apt ./' > etc/apt/sources.list
apt="apt-get -o Dir=$PWD -o Dir::State::status=$PWD/var/lib/dpkg/status -o Acquire::Retries=0"
$apt update -o APT::Update::Error-Mode=any && $apt download little && ls little_*.deb`,
  },
};

for (const [name, client] of Object.entries(clients)) {
  test(`${name} reaches an allowed host and no other, without configuration`, (t) => {
    const output = printed[name]!;
    if (/^there is none$/m.test(output)) return t.skip(`the sandbox has no ${client.needs} on this machine`);
    for (const [scheme, { places }] of Object.entries(schemesOf(client))) {
      assert.match(output, new RegExp(`^${scheme} allowed: 0$`, "m"), output);
      assert.match(output, new RegExp(`^${scheme} refused: [1-9]`, "m"), output);
      const wanted = `${places[0]} ${client.asks}`;
      assert.ok(
        asked.some((request) => request.startsWith(wanted)),
        asked.join("\n"),
      );
    }
  });
}

test("sends nothing to rejected hosts, and reports each host once", () => {
  const refused = [clear.places[1]!, secure.places[1]!];
  for (const place of refused) assert.ok(!asked.some((request) => request.startsWith(place)), place);
  assert.deepEqual(
    denied,
    refused.map((place) => `${place} notAllowed`),
  );
});

test("control: the rejected hosts are reachable and serve the same packages", async () => {
  const response = await fetch(`http://${clear.places[1]}/hello.txt`);
  assert.equal(await response.text(), "hello\n");
});

function schemesOf({ isClearOnly }: Client): Readonly<Record<string, LoopbackHosts>> {
  return isClearOnly ? { http: clear } : { http: clear, https: secure };
}

/**
 * Returns a script that runs a client against an allowed and a denied host for each scheme, and prints each exit code.
 */
function scriptOf(name: string, number: number): string {
  const client = clients[name]!;
  const tries = Object.entries(schemesOf(client)).flatMap(([scheme, { places }]) =>
    ["allowed", "refused"].map((what, index) => {
      const folder = `tries/${number}-${scheme}-${what}`;
      return `mkdir -p ${folder}; (cd ${folder}; ${client.script(`${scheme}://${places[index]}`)}) > ${folder}.txt 2>&1
echo "${scheme} ${what}: $?"; tail -n 5 ${folder}.txt`;
    }),
  );
  return `if ! command -v ${client.needs}; then echo there is none; else\n${tries.join("\n")}\nfi`;
}

/**
 * Creates a self-signed certificate for the addresses of the hosts. The certificate includes "localhost", because npm
 * behind a proxy checks the certificate of an IP address against that name.
 */
async function makeCertificate(folder: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "ca.pem")];
  await promisify(execFile)("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=hosts".split(" "),
    ...["-addext", "subjectAltName=IP:127.0.0.2,IP:127.0.0.3,DNS:localhost", "-keyout", key, "-out", cert],
  ]);
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}
