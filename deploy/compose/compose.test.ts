import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { parse } from "yaml";
import { knownVariables } from "../../server/src/config-variables.ts";

const file = join(import.meta.dirname, "compose.yaml");
const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

interface Service {
  readonly volumes: readonly string[];
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
}

/** A service as Docker Compose prints it. */
interface MergedService {
  readonly environment: Readonly<Record<string, string>>;
  readonly networks: Readonly<
    Record<string, { readonly ipv4_address?: string; readonly aliases?: readonly string[] } | null>
  >;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly secrets: object;
}

const { services, volumes, secrets }: Compose = parse(read("compose.yaml"), { merge: true });
const workers = Object.entries(services).filter(([name]) => name.startsWith("worker-"));

test("each worker has its own volume, time to save its turns, and what its sandboxes need", () => {
  assert.equal(workers.length, 2);
  for (const [name, worker] of workers) {
    assert.partialDeepStrictEqual(worker, {
      volumes: [`${name}:/var/lib/tembo`, "blobs:/blobs", "keys:/keys:ro"],
      stop_grace_period: "12m",
      security_opt: ["seccomp=../seccomp/tembo.json", "apparmor=unconfined", "systempaths=unconfined"],
      cap_drop: ["ALL"],
    });
  }
});

test("the services use only volumes, secrets and settings that exist", () => {
  const all = Object.values(services);
  const used = all.flatMap((service) => service.volumes.map((volume) => volume.replace(/:.*/, "")));
  assert.deepEqual([...new Set(used)].sort(), Object.keys(volumes).sort());
  const files = all.flatMap((service) =>
    service.secrets.map((secret) => (typeof secret === "string" ? { source: secret, target: null } : secret)),
  );
  assert.deepEqual([...new Set(files.map(({ source }) => source))].sort(), Object.keys(secrets).sort());
  const targets = files.flatMap(({ target }) => target ?? []);
  const settings = [...Object.keys(parseEnv(read("tembo.env"))), ...targets];
  const known = new Set<string>(knownVariables);
  assert.deepEqual(
    settings.filter((name) => !known.has(name)),
    [],
  );
});

const isInstalled = spawnSync("docker-compose", ["version"]).error === undefined;

test("Docker Compose accepts the file", { skip: !isInstalled && "needs docker-compose" }, () => {
  const check = (text: string) =>
    spawnSync("docker-compose", ["--file", "-", "--project-directory", import.meta.dirname, "config"], {
      input: text,
      encoding: "utf8",
    });
  const text = readFileSync(file, "utf8");
  const { status, stderr } = check(text);
  assert.equal(status, 0, stderr);
  assert.match(check(text.replace("stop_grace_period", "stop_grace_time")).stderr, /not allowed/, "control");
});

test("Docker Compose adds Caddy, and names the missing domain", {
  skip: !isInstalled && "needs docker-compose",
}, () => {
  const config = (env: Record<string, string>) =>
    spawnSync("docker-compose", ["--file", "compose.yaml", "--file", "tls.yaml", "config"], {
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      encoding: "utf8",
    });
  const { status, stdout, stderr } = config({ TEMBO_DOMAIN: "tembo.example.com" });
  assert.equal(status, 0, stderr);
  const merged: { readonly services: Readonly<Record<string, MergedService>> } = parse(stdout);
  const { server, caddy } = merged.services;
  for (const name of ["server", "worker-1", "worker-2"])
    assert.equal(merged.services[name]!.environment.TEMBO_PUBLIC_URL, "https://tembo.example.com");
  // The server trusts the address of Caddy in the network of both, and Caddy uses the server's name in this network.
  assert.equal(server!.environment.TEMBO_TRUSTED_PROXIES, caddy!.networks.proxy?.ipv4_address);
  const [name] = server!.networks.proxy?.aliases ?? [];
  assert.match(read("Caddyfile"), new RegExp(`TEMBO_UPSTREAM:${name}:3000`));
  assert.match(config({}).stderr, /Set TEMBO_DOMAIN in .env/, "control");
});
