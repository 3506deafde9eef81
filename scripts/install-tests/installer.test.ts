import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createDebianRoot, type DebianRoot, releaseFolder } from "./debian-root.ts";
import { type PackedRelease, packRelease } from "./packed-release.ts";
import { serveFolder } from "./serve-folder.ts";
import { timed } from "./timed.ts";
import { createUserHome, type UserHome } from "./user-home.ts";

const slow = { timeout: 600_000 };
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
const unit = "/usr/lib/systemd/system/tembo.service";

let release: PackedRelease;
let user: UserHome;
let root: DebianRoot;
before(async () => {
  release = packRelease();
  user = createUserHome();
  root = await createDebianRoot(release.folder);
}, slow);
after(async () => {
  await root?.close();
  user?.remove();
  release?.remove();
});

test(
  "the line with curl installs the npm package from the release's files, and again",
  slow,
  async (context) => {
    const server = await serveFolder(release.folder);
    context.after(() => server.close());
    const line = `curl -fsSL ${server.url}/install.sh | sh -s -- --method npm --yes`;
    const install = () => user.run("sh", ["-c", line], { TEMBO_RELEASE_URL: server.url });
    const output = await timed(context, "installation with npm", install);
    assert.match(output, new RegExp(`Installed Tembo ${version} with npm: ${user.prefix}/bin/tembo\\.`));
    assert.equal(await user.run("tembo", ["--version"]), `${version}\n`);
    assert.match(await install(), /Installed Tembo/);
    const [, uninstall = ""] = /To uninstall: (.*?)\. /.exec(output) ?? [];
    await user.run("sh", ["-c", uninstall]);
    assert.ok(!existsSync(join(user.prefix, "bin/tembo")), "the printed command uninstalls");
  },
);

test("installs the Debian package with apt, and again without changes", slow, async (context) => {
  const install = (...more: readonly string[]) =>
    root.run([
      ...["unshare", "--net", "sh", `${releaseFolder}/install.sh`],
      ...["--method", "deb", "--from", releaseFolder, "--yes", ...more],
    ]);
  const exists = (path: string) => root.run(["sh", "-c", `[ ! -e ${path} ] || echo yes`]) !== "";
  // Downloads no recommended packages, which the test does not need.
  root.run(["tee", "/etc/apt/apt.conf.d/99test"], 'APT::Install-Recommends "false";\n');
  assert.match(install("--dry-run"), /^ {2}env DEBIAN_FRONTEND=noninteractive apt-get install /m);
  assert.ok(!exists(unit), "control: not installed yet");
  const output = await timed(context, "installation with apt", async () => install());
  assert.match(output, new RegExp(`Installed Tembo ${version} as the Debian package tembo\\.`));
  assert.equal(root.run(["tembo", "--version"]), `${version}\n`);
  root.run(["tee", "--append", "/etc/tembo/tembo.env"], "TEMBO_WORKSPACE_DAYS=3\n");
  assert.match(install(), /0 upgraded, 0 newly installed/);
  assert.match(root.run(["cat", "/etc/tembo/tembo.env"]), /TEMBO_WORKSPACE_DAYS=3/);
  const [, uninstall = ""] = /To uninstall: (.*?)\. /.exec(output) ?? [];
  root.run(["sh", "-c", `${uninstall} --yes`]);
  assert.ok(!exists(unit), "the printed command uninstalls");
});
