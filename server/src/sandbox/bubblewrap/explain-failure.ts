import { readFileSync } from "node:fs";
import { withReason } from "../../core/base/index.ts";

/**
 * Returns why a trial sandbox did not run, and how to fix the problem. Pure. `settings` contains kernel settings. A setting is null if the
 * kernel does not have it.
 */
export function explainFailure(stderr: string, settings: NamespaceSettings): string {
  const detail = stderr === "" ? "it exited without a message" : stderr.replaceAll(/\s+/g, " ");
  const fix = /Unknown option/.test(stderr)
    ? "Install bubblewrap 0.7 or newer."
    : namespacesAreRefused(stderr)
      ? namespaceFix(settings)
      : 'Compare this machine with the requirements that "tembo doctor" lists.';
  return `${withReason("bubblewrap could not run a program", detail)} ${fix}`;
}

export interface NamespaceSettings {
  readonly unprivilegedClone: string | null;
  readonly maxUserNamespaces: string | null;
  readonly appArmorRestriction: string | null;
}

export function readNamespaceSettings(): NamespaceSettings {
  return {
    unprivilegedClone: readSetting("kernel/unprivileged_userns_clone"),
    maxUserNamespaces: readSetting("user/max_user_namespaces"),
    appArmorRestriction: readSetting("kernel/apparmor_restrict_unprivileged_userns"),
  };
}

function namespacesAreRefused(stderr: string): boolean {
  return /namespace|uid map|loopback|pivot_root|mount/i.test(stderr);
}

function namespaceFix(settings: NamespaceSettings): string {
  if (settings.unprivilegedClone === "0") return allow("kernel.unprivileged_userns_clone=1");
  if (settings.maxUserNamespaces === "0") return allow("user.max_user_namespaces=15000");
  if (settings.appArmorRestriction === "1") return allow("kernel.apparmor_restrict_unprivileged_userns=0");
  return "In a container, the runtime must allow user namespaces (for Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined).";
}

function allow(setting: string): string {
  return `Unprivileged users cannot create user namespaces on this machine. Run "sysctl -w ${setting}" as root.`;
}

function readSetting(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, "latin1").trim();
  } catch {
    // Some kernels do not have this setting.
    return null;
  }
}
