import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CommandError } from "../failure.ts";
import { runTembo } from "../program.ts";
import { testWorld } from "../testing/test-world.ts";
import { chooseOpener, startOpener } from "./browser.ts";
import { configFolder } from "./config-folder.ts";
import { isReadableByOthers, writePrivateFile } from "./private-file.ts";
import { restrictProgramSearch } from "./program-search.ts";
import { requireLinux } from "./require-linux.ts";

const linux = { platform: "linux", home: "/home/ada" } as const;
const mac = { platform: "darwin", home: "/Users/ada" } as const;
const windows = { platform: "win32", home: "C:\\Users\\ada" } as const;

test("the configuration folder follows the platform's convention", () => {
  const roaming = { APPDATA: "D:\\Roaming" };
  for (const [env, machine, folder] of [
    [{}, linux, "/home/ada/.config"],
    [{}, mac, "/Users/ada/.config"],
    [{}, windows, "C:\\Users\\ada\\AppData\\Roaming"],
    [roaming, windows, "D:\\Roaming"],
    [roaming, linux, "/home/ada/.config"],
    [{ ...roaming, XDG_CONFIG_HOME: "E:\\config" }, windows, "E:\\config"],
    [{ XDG_CONFIG_HOME: "/config" }, mac, "/config"],
    [{ XDG_CONFIG_HOME: "relative", APPDATA: "relative" }, windows, "C:\\Users\\ada\\AppData\\Roaming"],
    [{}, { ...linux, home: null }, null],
    [{}, { ...windows, home: null }, null],
  ] as const)
    assert.equal(configFolder(env, machine), folder, JSON.stringify([env, machine]));
});

test("writes a file that others cannot read, and checks modes only where files have them", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-platform-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "new", "profiles.json");
  for (const machine of [linux, mac, windows]) {
    writePrivateFile(file, machine.platform, machine);
    assert.equal(readFileSync(file, "utf8"), machine.platform);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  const open = join(folder, "open");
  writeFileSync(open, "", { mode: 0o644 });
  assert.equal(isReadableByOthers(file, linux), false);
  assert.equal(isReadableByOthers(open, linux), true);
  assert.equal(isReadableByOthers(open, mac), true);
  assert.equal(isReadableByOthers(open, windows), false);
});

test("chooses the program that opens a URL, if the user has a display", () => {
  const url = "http://tembo.example.com/sessions/1";
  assert.equal(chooseOpener(url, {}, linux), null);
  assert.equal(chooseOpener(url, { DISPLAY: ":0" }, linux)?.program, "xdg-open");
  assert.equal(chooseOpener(url, { WAYLAND_DISPLAY: "wayland-0" }, linux)?.program, "xdg-open");
  assert.deepEqual(chooseOpener(url, {}, mac), { program: "open", args: [url] });
  assert.equal(chooseOpener(url, { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, mac), null);
  assert.deepEqual(chooseOpener(url, {}, windows)?.args.at(-1), url);
});

test("excludes the working directory from the search for programs on Windows", () => {
  for (const [machine, expected] of [
    [windows, { NoDefaultCurrentDirectoryInExePath: "1" }],
    [mac, {}],
    [linux, {}],
  ] as const) {
    const env = {};
    restrictProgramSearch(env, machine);
    assert.deepEqual(env, expected);
  }
});

test("reports whether the program that opens a URL is installed", async () => {
  const env = { PATH: process.env.PATH };
  assert.equal(await startOpener({ program: "no-such-opener", args: [] }, env), false);
  assert.equal(await startOpener({ program: process.execPath, args: ["--version"] }, env), true);
});

test("commands that run the server state that it requires Linux", async () => {
  assert.doesNotThrow(() => requireLinux(linux, "The Tembo server"));
  assert.throws(() => requireLinux(mac, "The Tembo server"), {
    message: "The Tembo server requires Linux, and this machine runs macOS.",
  });
  for (const line of [
    "start",
    "server",
    "worker",
    "doctor",
    "backup f",
    "harness list",
    "key rotate-master",
  ]) {
    const world = { ...testWorld(), machine: windows };
    await runTembo([...line.split(" "), "--json"], world);
    const { failures } = world.terminal as unknown as { failures: { message: string }[] };
    assert.match(failures[0]!.message, /requires Linux, and this machine runs Windows\.$/, line);
  }
  assert.throws(() => requireLinux(windows, "It"), CommandError);
});
