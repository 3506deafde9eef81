import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

interface Profile {
  readonly defaultAction: string;
  readonly syscalls: readonly {
    readonly names: readonly string[];
    readonly action: string;
    readonly args?: object;
  }[];
}

const profile: Profile = JSON.parse(readFileSync(join(import.meta.dirname, "tembo.json"), "utf8"));
const allowed = ({ syscalls }: Profile) =>
  new Set(syscalls.flatMap(({ names, action, args }) => (action === "SCMP_ACT_ALLOW" && !args ? names : [])));

test("the profile allows what bubblewrap calls, and refuses calls that no sandbox needs", () => {
  assert.equal(profile.defaultAction, "SCMP_ACT_ERRNO");
  const calls = allowed(profile);
  const needed =
    "clone clone3 unshare mount umount2 pivot_root sethostname setdomainname setns seccomp prctl";
  assert.deepEqual(
    needed.split(" ").filter((call) => !calls.has(call)),
    [],
  );
  const refused = "bpf perf_event_open init_module kexec_load open_by_handle_at userfaultfd settimeofday";
  assert.deepEqual(
    refused.split(" ").filter((call) => calls.has(call)),
    [],
  );
});

test("the profile has no conditions, which containerd ignores", () => {
  const fields = profile.syscalls.flatMap((rule) => Object.keys(rule));
  assert.deepEqual([...new Set(fields)].sort(), ["action", "args", "errnoRet", "names"]);
});

test("resolves the conditions of the default profile", () => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-profile-"));
  const rule = (name: string, more: object) => ({ names: [name], action: "SCMP_ACT_ALLOW", ...more });
  try {
    const stock = {
      defaultAction: "SCMP_ACT_ERRNO",
      defaultErrnoRet: 38,
      syscalls: [
        rule("read", { includes: {}, excludes: {}, args: [] }),
        rule("bpf", { includes: { caps: ["CAP_BPF"] } }),
        rule("arch_prctl", { includes: { arches: ["amd64", "x32"] } }),
        rule("riscv_flush_icache", { includes: { arches: ["riscv64"] } }),
        { names: ["sethostname", "acct"], action: "SCMP_ACT_ERRNO", excludes: { caps: ["CAP_SYS_ADMIN"] } },
      ],
    };
    writeFileSync(join(folder, "stock.json"), JSON.stringify(stock));
    const script = join(import.meta.dirname, "create-profile.ts");
    const { stdout } = spawnSync(process.execPath, [script, join(folder, "stock.json")], {
      encoding: "utf8",
    });
    const { syscalls }: Profile = JSON.parse(stdout);
    assert.deepEqual(
      syscalls.map(({ names, action }) => `${names} ${action.slice("SCMP_ACT_".length)}`),
      ["read ALLOW", "arch_prctl ALLOW", "acct ERRNO", "sethostname,setdomainname,setns ALLOW"],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
