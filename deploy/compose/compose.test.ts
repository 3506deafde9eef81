import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { parse } from "yaml";
import { knownVariables } from "../../server/src/config-variables.ts";

const file = join(import.meta.dirname, "compose.yaml");
const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

interface Service {
  readonly volumes: readonly string[];
  readonly security_opt: readonly string[];
  readonly cap_drop: readonly string[];
  readonly stop_grace_period: string;
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
}

/** A service as Docker Compose prints it. */
interface MergedService {
  readonly security_opt: readonly string[];
  readonly cap_drop: readonly string[];
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
  for (const [name, { volumes, stop_grace_period, security_opt, cap_drop }] of workers)
    assert.deepEqual(
      { volumes, stop_grace_period, security_opt, cap_drop },
      {
        volumes: [`${name}:/var/lib/tembo`, "blobs:/blobs", "keys:/keys:ro"],
        stop_grace_period: "12m",
        security_opt: ["seccomp=../seccomp/tembo.json", "apparmor=unconfined", "systempaths=unconfined"],
        cap_drop: ["ALL"],
      },
    );
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

test("podman.yaml replaces the security options of all workers", {
  skip: !isInstalled && "needs docker-compose",
}, () => {
  const restrictions = (...names: readonly string[]) => {
    const files = names.map((name) => `--file=${join(import.meta.dirname, name)}`);
    const { stdout, stderr } = spawnSync("docker-compose", [...files, "config"], { encoding: "utf8" });
    assert.equal(stderr, "");
    const merged: { readonly services: Readonly<Record<string, MergedService>> } = parse(stdout);
    return workers.map(([worker]) => {
      const { security_opt, cap_drop } = merged.services[worker]!;
      return { security_opt, cap_drop };
    });
  };
  const expected = { security_opt: ["apparmor=unconfined", "unmask=ALL"], cap_drop: ["ALL"] };
  assert.deepEqual(restrictions("compose.yaml", "podman.yaml"), [expected, expected]);
  for (const worker of restrictions("compose.yaml")) assert.notDeepEqual(worker, expected, "control");
});

test("the commands of the guide add Caddy to Docker Compose, and keep the settings", {
  skip: !isInstalled && "needs docker-compose",
}, (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-compose-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["compose.yaml", "tls.yaml", "tembo.env"])
    copyFileSync(join(import.meta.dirname, name), join(folder, name));
  const settings = join(folder, "tembo.env");
  const own = "TEMBO_PRIVATE_HOSTS=server,git.corp.example";
  writeFileSync(settings, readFileSync(settings, "utf8").replace(/^TEMBO_PRIVATE_HOSTS=.*/m, own));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/containers.md"), "utf8");
  const [, commands] =
    /```sh\n((?:(?!```).*\n)*?.*COMPOSE_FILE=(?:.*\n)*?)docker compose up --detach\n```/.exec(guide)!;
  const changed = run("sh", ["-ec", commands!]);
  assert.equal(changed.status, 0, changed.stderr);
  const { status, stdout, stderr } = run("docker-compose", ["config"]);
  assert.equal(status, 0, stderr);
  const merged: { readonly services: Readonly<Record<string, MergedService>> } = parse(stdout);
  const { server, caddy } = merged.services;
  for (const name of ["server", "worker-1", "worker-2"]) {
    const { environment } = merged.services[name]!;
    assert.equal(environment.TEMBO_PUBLIC_URL, "https://tembo.example.com");
    assert.equal(environment.TEMBO_PRIVATE_HOSTS, "server,git.corp.example,tembo.example.com");
  }
  // Workers reach Caddy under the public name, at a private address.
  assert.deepEqual(caddy!.networks.default?.aliases, ["tembo.example.com"]);
  // The server trusts the address of Caddy in the network of both, and Caddy uses the server's name in this network.
  assert.equal(server!.environment.TEMBO_TRUSTED_PROXIES, caddy!.networks.proxy?.ipv4_address);
  // Docker gives a free address to a service without a fixed one, in the order in which they start.
  const inProxy = Object.values(merged.services).filter(({ networks }) => "proxy" in networks);
  const addresses = inProxy.map(({ networks }) => networks.proxy?.ipv4_address);
  assert.equal(addresses.length, 2);
  assert.ok(!addresses.includes(undefined));
  assert.equal(new Set(addresses).size, addresses.length);
  const [name] = server!.networks.proxy?.aliases ?? [];
  assert.match(read("Caddyfile"), new RegExp(`TEMBO_UPSTREAM:${name}:3000`));
  writeFileSync(join(folder, ".env"), "COMPOSE_FILE=compose.yaml:tls.yaml\n");
  assert.match(run("docker-compose", ["config"]).stderr, /Set TEMBO_DOMAIN in .env/, "control");
});
