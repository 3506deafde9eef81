import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveFolder } from "../scripts/install-tests/serve-folder.ts";
import { createInstallation, installer, version, writeSums } from "./testing/installer.ts";

let installation: ReturnType<typeof createInstallation>;
before(() => {
  installation = createInstallation();
});
after(() => installation?.remove());

const withNpm = (from = installation.release) => ["--method", "npm", "--from", from];
const command = () => join(installation.home, "prefix/bin/tembo");
const installs = (status: number | null) => {
  assert.equal(existsSync(command()), status === 0);
  assert.deepEqual(installation.leftovers(), []);
};

test("runs nothing of an incomplete download", () => {
  const text = readFileSync(installer, "utf8").trimEnd();
  const run = (input: string) => {
    const { status, stdout } = spawnSync("sh", ["-s", "--", "--help"], { input, encoding: "utf8" });
    return { status, stdout };
  };
  const help = run(text);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--method npm\|deb\|compose/, "control: the whole file runs");
  const start = text.indexOf("\n{\n") + 3;
  const lengths = Array.from({ length: 40 }, (_, index) => text.length - 1 - index);
  for (let length = start; length < text.length; length += 211) lengths.push(length);
  for (const length of lengths) {
    const { status, stdout } = run(text.slice(0, length));
    assert.equal(stdout, "", `${length} bytes`);
    assert.notEqual(status, 0, `${length} bytes`);
  }
});

test("requires the address of a release, because none is published yet", () => {
  const { status, stderr } = installation.run(["--method", "npm", "--yes"]);
  assert.equal(status, 1);
  assert.match(stderr, /No release of Tembo is published yet.*Pass --from URL or --from FOLDER/);
  installs(status);
});

test("requires a method and --yes without a terminal", () => {
  for (const args of [["--yes"], ["--method", "npm"]]) {
    const { status, stderr } = installation.run([...args, "--from", installation.release]);
    assert.match(
      stderr,
      /There is no terminal for questions\. Pass --method npm, deb or compose, and --yes\./,
    );
    installs(status);
  }
});

test("rejects wrong options and sources, and names what to change", () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [["--methods", "npm"], /Unknown option "--methods"\. --help lists/],
    [["--method"], /--method needs a value/],
    [["--method", "rpm"], /Unknown method "rpm"\. Use npm, deb or compose\./],
    [["--from", "http://example.com/x"], /not encrypted, so others could replace the files\. Use https\./],
    [["--from", "http://127.0.0.1:80@example.com/x"], /is not a URL of a folder/],
    [["--from", "ftp://example.com/x"], /unknown protocol\. Use https, or a folder\./],
    [["--from", "/nowhere"], /The folder \/nowhere does not exist/],
    [["--from", installation.home], /has no readable file SHA256SUMS/],
    [["--method", "compose", "--image", "a b"], /"a b" is not the name of an image/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = installation.run([...withNpm(), "--yes", ...args]);
    assert.equal(status, 1);
    assert.match(stderr, message);
    installs(status);
  }
});

test("explains what each method lacks on this machine", {
  skip: process.getuid!() !== 0 && "needs root",
}, () => {
  const bin = join(installation.folder, "bin");
  const link = (...names: readonly string[]) => {
    for (const name of names)
      symlinkSync(spawnSync("which", [name], { encoding: "utf8" }).stdout.trim(), join(bin, name));
  };
  const lacks = (method: string, more: readonly string[] = []) => {
    const args = ["--method", method, "--from", installation.release, "--yes", ...more];
    const { status, stderr } = installation.run(args, { PATH: bin }, 65_534);
    assert.equal(status, 1);
    return stderr;
  };
  mkdirSync(bin);
  link("sh", "setsid", "uname", "id", "dirname", "grep");
  assert.match(lacks("npm"), /Node\.js is not installed\. Install Node\.js 20\.19 or later/);
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho v20.18.3\n", { mode: 0o755 });
  assert.match(lacks("npm"), /Node\.js 20\.18\.3 is too old\. Install Node\.js 20\.19/);
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho v22.1.0\n", { mode: 0o755 });
  assert.match(lacks("npm"), /npm is not installed/, "control: the version suffices");
  writeFileSync(join(bin, "npm"), "#!/bin/sh\necho /usr\n", { mode: 0o755 });
  assert.match(lacks("npm"), /npm cannot write to \/usr\/lib\S*\. Run the installer as root, or choose/);
  assert.match(lacks("deb"), /no dpkg and apt-get\. Choose npm or compose/);
  link("dpkg", "apt-get");
  assert.match(lacks("deb"), /Only root can install a Debian package\. Run the installer with sudo\./);
  assert.match(lacks("compose"), /Neither Docker nor podman with Compose is installed/);
  writeFileSync(join(bin, "docker"), "#!/bin/sh\n", { mode: 0o755 });
  assert.match(lacks("compose"), /No image of Tembo is published yet.*pass --image NAME/);
  const other = ["--image", "tembo", "--folder", installation.release];
  assert.match(lacks("compose", other), /the installer did not create it\. Choose another folder/);
});

test("rejects a file with another hash, and an ambiguous list, before it installs anything", (context) => {
  const file = join(installation.release, `opentembo-tembo-${version}.tgz`);
  const content = readFileSync(file);
  context.after(() => {
    writeFileSync(file, content);
    rmSync(join(installation.release, "opentembo-tembo-1.0.0.tgz"), { force: true });
    writeSums(installation.release);
    rmSync(join(installation.home, "prefix"), { recursive: true, force: true });
  });
  const install = () => installation.run([...withNpm(), "--yes"]);
  appendFileSync(file, "x");
  const changed = install();
  assert.match(
    changed.stderr,
    /has another hash than SHA256SUMS lists: [0-9a-f]{64} instead of [0-9a-f]{64}\./,
  );
  installs(changed.status);
  writeFileSync(file, content);
  writeFileSync(join(installation.release, "opentembo-tembo-1.0.0.tgz"), "");
  writeSums(installation.release);
  const two = install();
  assert.match(two.stderr, /lists more than one file opentembo-tembo-VERSION\.tgz/);
  installs(two.status);
  rmSync(join(installation.release, "opentembo-tembo-1.0.0.tgz"));
  writeSums(installation.release);
  const { status, stderr } = install();
  assert.equal(status, 0, stderr);
  installs(status);
});

test("downloads a release, and installs the same version again", async (context) => {
  const server = await serveFolder(installation.release);
  context.after(() => {
    server.close();
    rmSync(join(installation.home, "prefix"), { recursive: true, force: true });
  });
  const child = installation.start([...withNpm(server.url), "--yes"]);
  const first = await child.end();
  assert.equal(first.status, 0, first.shown);
  installs(first.status);
  assert.match(first.shown, new RegExp(`Installed Tembo ${version} with npm: ${command()}\\.`));
  assert.match(first.shown, /Add \S+\/prefix\/bin to your PATH\./);
  assert.match(
    first.shown,
    /Next: run "tembo doctor".*To uninstall: npm uninstall --global @opentembo\/tembo/s,
  );
  assert.deepEqual(server.requested, ["SHA256SUMS", `opentembo-tembo-${version}.tgz`]);
  const again = await installation.start([...withNpm(server.url), "--yes"]).end();
  assert.equal(again.status, 0, again.shown);
  const missing = await installation.start([...withNpm(`${server.url}/none`), "--yes"]).end();
  assert.match(missing.shown, /404.*\/none\/SHA256SUMS could not be downloaded/s);
  assert.equal(missing.status, 1);
});

test("shows the steps with --dry-run, and changes nothing", () => {
  const { status, stdout } = installation.run([...withNpm(), "--dry-run"]);
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`^ {2}npm install --global .*\\./opentembo-tembo-${version}\\.tgz$`, "m"));
  assert.match(stdout, /Nothing was installed\.\n$/);
  installs(1);
});

test("asks for the method and a confirmation on a terminal, though its input is a pipe", async (context) => {
  context.after(() => rmSync(join(installation.home, "prefix"), { recursive: true, force: true }));
  const declined = installation.start(["--from", installation.release]);
  await declined.see("Number, or nothing to stop:");
  declined.type("7\n");
  await declined.see("Enter 1, 2 or 3.");
  declined.type("1\n");
  await declined.see(`Install opentembo-tembo-${version}.tgz from ${installation.release}? [y/N]`);
  declined.type("n\n");
  const no = await declined.end();
  assert.match(no.shown, /1\) npm: .*2\) deb: .*3\) compose: .*Nothing was installed\./s);
  assert.equal(no.status, 1);
  installs(no.status);
  const accepted = installation.start(["--from", installation.release]);
  await accepted.see("Number, or nothing to stop:");
  accepted.type("npm\n");
  await accepted.see("[y/N]");
  accepted.type("y\n");
  const yes = await accepted.end();
  assert.equal(yes.status, 0, yes.shown);
  installs(yes.status);
});

test("leaves no file after Ctrl-C, at a question and during a download", async (context) => {
  const name = `opentembo-tembo-${version}.tgz`;
  const server = await serveFolder(installation.release, name);
  context.after(() => server.close());
  const asking = installation.start(withNpm(server.url));
  await asking.see("[y/N]");
  assert.equal(installation.leftovers().length, 1, "control: the folder exists until the end");
  asking.type("\x03");
  const asked = await asking.end();
  assert.equal(asked.status, 130, asked.shown);
  installs(asked.status);
  const loading = installation.start(withNpm(server.url));
  await loading.see("[y/N]");
  loading.type("y\n");
  await server.hanging;
  loading.type("\x03");
  const loaded = await loading.end();
  assert.equal(loaded.status, 130, loaded.shown);
  installs(loaded.status);
});

const hasCompose = spawnSync("docker-compose", ["version"]).error === undefined;

test("installs a valid Compose project, and keeps changes when it installs it again", {
  skip: !hasCompose && "needs docker-compose",
}, () => {
  const folder = join(installation.home, "compose-project");
  const inProject = (name: string) => readFileSync(join(folder, name), "utf8");
  const install = (more: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    const args = [
      "--method",
      "compose",
      "--folder",
      folder,
      "--from",
      installation.release,
      "--yes",
      ...more,
    ];
    const { status, stdout, stderr } = installation.run(args, env);
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      readdirSync(installation.home).filter((name) => name.startsWith(".tembo")),
      [],
    );
    return stdout + stderr;
  };
  const first = install(["--image", "registry.example.com/tembo:1"], { ANTHROPIC_API_KEY: "key-a" });
  assert.match(first, /Nothing runs yet.*up --detach.*To uninstall: run ".*down"/s);
  assert.doesNotMatch(first, /podman/);
  const config = spawnSync("docker-compose", ["config"], { cwd: join(folder, "compose"), encoding: "utf8" });
  assert.equal(config.status, 0, config.stderr);
  assert.match(config.stdout, /image: registry\.example\.com\/tembo:1/);
  assert.equal(statSync(join(folder, "compose/secrets")).mode & 0o777, 0o700);
  assert.equal(inProject("compose/secrets/anthropic_api_key"), "key-a\n");
  const password = inProject("compose/secrets/postgres_password").trim();
  assert.match(password, /^[0-9a-f]{48}$/);
  assert.match(inProject("compose/secrets/database_url"), new RegExp(`:${password}@postgres:5432/tembo\n`));

  appendFileSync(join(folder, "compose/tembo.env"), "TEMBO_WORKSPACE_DAYS=3\n");
  appendFileSync(join(folder, "compose/.env"), "LISTEN=0.0.0.0:3000\n");
  assert.doesNotMatch(install(), /You changed/, "the release has no new version of the changed file");
  assert.equal(inProject("compose/secrets/postgres_password").trim(), password);
  assert.equal(inProject("compose/.env"), "IMAGE=registry.example.com/tembo:1\nLISTEN=0.0.0.0:3000\n");

  // As an older version of the installer would have written them.
  const older = inProject("installed-files").replace(
    /^.*tembo\.env$/m,
    `${"0".repeat(64)}  ./compose/tembo.env`,
  );
  writeFileSync(join(folder, "installed-files"), older);
  rmSync(join(folder, "compose/Caddyfile"));
  assert.match(install(["--image", "tembo:2"]), /You changed compose\/tembo\.env\. Compare it/);
  assert.match(inProject("compose/tembo.env"), /TEMBO_WORKSPACE_DAYS=3/);
  assert.doesNotMatch(inProject("compose/tembo.env.new"), /TEMBO_WORKSPACE_DAYS=3/);
  assert.ok(existsSync(join(folder, "compose/Caddyfile")));
  assert.match(inProject("compose/.env"), /^IMAGE=tembo:2$/m);
});

test("prints the settings of podman and commands for a folder with spaces", () => {
  const programs = join(installation.home, "programs");
  mkdirSync(programs);
  for (const [name, status] of Object.entries({ docker: 1, "docker-compose": 1, podman: 0 }))
    writeFileSync(join(programs, name), `#!/bin/sh\nexit ${status}\n`, { mode: 0o755 });
  const folder = join(installation.home, "Ada's project");
  const args = ["--method", "compose", "--folder", folder, "--from", installation.release, "--yes"];
  const install = () => {
    const env = { PATH: `${programs}:${process.env.PATH}` };
    const { status, stdout, stderr } = installation.run([...args, "--image", "localhost/tembo"], env);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const output = install();
  const [, commands = ""] = /^( {2}cd (?:.*\n)*?) {2}podman compose up --detach$/m.exec(output) ?? [];
  const shown = spawnSync("sh", ["-euc", `${commands} cat .env secrets/anthropic_api_key; pwd`], {
    encoding: "utf8",
  });
  assert.equal(
    shown.stdout,
    `IMAGE=localhost/tembo\nCOMPOSE_FILE=compose.yaml:podman.yaml\nYOUR_ANTHROPIC_API_KEY\n${folder}/compose\n`,
  );
  const [, profile] = /^ {2}# {3}seccomp_profile = "(.*)"$/m.exec(output) ?? [];
  for (const file of [profile!, join(folder, "compose/podman.yaml")]) assert.ok(existsSync(file), file);
  assert.doesNotMatch(install(), /echo COMPOSE_FILE/, "the file has the setting");
});
