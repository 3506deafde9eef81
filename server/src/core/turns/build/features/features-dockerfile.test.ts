import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { environmentFile, featuresDockerfile, installScript, usersFile } from "./features-dockerfile.ts";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-features-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const hostile = (marker: string) => [
  `$(touch ${marker})`,
  `\`touch ${marker}\``,
  `'; touch ${marker}; '`,
  `" && touch ${marker} && "`,
  `a\ntouch ${marker}\n`,
  "\\'",
  "\r\n\t é $HOME ${HOME} \\",
  "",
];

test("passes any value to a feature, and runs none", (t) => {
  const folder = scratch(t);
  const marker = join(folder, "marker");
  const values = hostile(marker);
  const variables = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
  const read = (text: string) => {
    writeFileSync(join(folder, "options.env"), text);
    const names = Object.keys(variables).map((name) => `"$${name}"`);
    const script = `. ./options.env; printf '%s\\0' ${names.join(" ")}`;
    return spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" }).stdout.split("\0").slice(0, -1);
  };
  assert.deepEqual(read(environmentFile(variables)), values);
  assert.ok(!existsSync(marker));
  read(`V0="${values[0]}"\n`);
  assert.ok(existsSync(marker), "control");
});

test("sets variables in a Dockerfile that has no further instruction", () => {
  const containerEnv = {
    A: 'quoted "word" \\ RUN true',
    PATH: "/own:${PATH}",
    B: "<<EOF",
    C: "ends with \\",
  };
  const { text, steps, featureAt } = featuresDockerfile("localhost/a", [
    { name: "one", containerEnv },
    { name: "two", containerEnv: {} },
  ]);
  assert.deepEqual(
    text.split("\n").filter((line) => line.startsWith("ENV")),
    [
      'ENV A="quoted \\"word\\" \\\\ RUN true"',
      'ENV PATH="/own:${PATH}"',
      'ENV B="<<EOF"',
      'ENV C="ends with \\\\"',
    ],
  );
  const runs = steps.filter(({ keyword }) => keyword === "RUN").map(({ line }) => line);
  assert.deepEqual(
    [...featureAt],
    [
      [runs[0], "one"],
      [runs[1], "two"],
    ],
  );
  assert.equal(text.split("\n")[runs[1]! - 1], 'RUN ["/bin/sh", "/tmp/tembo-feature/install-feature.sh"]');
});

/** Runs the script in a folder instead of that of an image. The users are those of this machine. */
function install(
  t: TestContext,
  feature: string,
  {
    variables = {},
    users = {},
    imageUser = "",
  }: { variables?: Record<string, string>; users?: object; imageUser?: string } = {},
) {
  const folder = join(scratch(t), "feature");
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "files/install.sh"), feature);
  writeFileSync(join(folder, "options.env"), environmentFile(variables));
  writeFileSync(join(folder, "users.env"), usersFile({ containerUser: null, remoteUser: null, ...users }));
  writeFileSync(join(folder, "image-user"), imageUser);
  const script = installScript.replaceAll("/tmp/tembo-feature", folder);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  return { status, lines: stdout.split("\n").slice(0, -1), stderr, isLeft: existsSync(folder) };
}

const showUsers = `#!/bin/sh
echo "$_CONTAINER_USER $_CONTAINER_USER_HOME"
echo "$_REMOTE_USER $_REMOTE_USER_HOME"
`;

test("gives a feature the users of the dev container or its image", (t) => {
  const root = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((line) => line.startsWith("root:"))!;
  const rootLine = `root ${root.split(":")[5]}`;
  assert.deepEqual(install(t, showUsers).lines, [rootLine, rootLine]);
  assert.deepEqual(install(t, showUsers, { imageUser: "0:0\n" }).lines, [rootLine, rootLine]);
  assert.deepEqual(install(t, showUsers, { imageUser: "absent" }).lines, ["absent ", "absent "]);
  const { username, homedir: home } = userInfo();
  assert.equal(home, homedir());
  const users = { containerUser: "none $(id)", remoteUser: username };
  assert.deepEqual(install(t, showUsers, { users }).lines, ["none $(id) ", `${username} ${home}`]);
});

test("removes a feature after it ran, and returns its exit code", (t) => {
  const variables = { PATH: "/nowhere", _REMOTE_USER: "forged", IFS: "x" };
  const feature = '#!/bin/sh\necho "$PATH $_REMOTE_USER $0"\nexit 7\n';
  const { status, lines, stderr, isLeft } = install(t, feature, { variables, imageUser: "a" });
  assert.deepEqual([status, lines, isLeft], [7, ["/nowhere a ./install.sh"], false], stderr);
  assert.equal(install(t, "exit 0\n").status, 0, "a script without an interpreter");
});
