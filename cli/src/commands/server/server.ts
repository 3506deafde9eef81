import type { Cli, Outcome, Registry } from "../../cli.ts";
import { styled } from "../../terminal.ts";
import { addBackupCommands } from "./backup.ts";
import type { DoctorCheck } from "./local-server.ts";
import { addResetPasswordCommand } from "./reset-password.ts";
import { addServiceCommands } from "./service.ts";
import { addSupportBundleCommand } from "./support-bundle.ts";
import { addUpgradeCommand } from "./upgrade.ts";
import { addWorkerCommands } from "./worker.ts";

export function addServerCommands({ program, runs }: Registry): void {
  program
    .command("start")
    .description("run the server and a worker in one process")
    .action(runs(async (cli: Cli) => void (await (await cli.loadLocalServer()).runStart(cli.env))));
  program
    .command("server")
    .description("run only the server, with the database in DATABASE_URL")
    .action(runs(async (cli: Cli) => void (await (await cli.loadLocalServer()).runServer(cli.env))));
  addWorkerCommands({ program, runs });
  program
    .command("doctor")
    .description("check this machine, and show how to fix each problem")
    .action(runs(doctor));
  addServiceCommands({ program, runs });
  addBackupCommands({ program, runs });
  addUpgradeCommand({ program, runs });
  addResetPasswordCommand({ program, runs });
  addSupportBundleCommand({ program, runs });
}

/** Time limit in milliseconds for a healthy server to respond. */
const readyTimeoutMs = 10_000;

async function checkServer({
  pid,
  url,
}: {
  readonly pid: number;
  readonly url: string;
}): Promise<DoctorCheck> {
  const name = "server";
  const running = `process ${pid} responds at ${url}`;
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(readyTimeoutMs) });
    if (response.ok)
      return {
        name,
        ok: true,
        isRequired: true,
        detail: `${running} and is ready; the checks use its settings`,
        fix: null,
      };
    const { error } = (await response.json()) as { readonly error?: string };
    return {
      name,
      ok: false,
      isRequired: true,
      detail: `${running} but is not ready`,
      fix: error ?? "Read the server's log.",
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const detail = `process ${pid} does not respond at ${url}: ${why}`;
    return {
      name,
      ok: false,
      isRequired: true,
      detail,
      fix: "Read the server's log, or restart the server.",
    };
  }
}

async function doctor(cli: Cli): Promise<Outcome> {
  const { checks: found, server } = await (await cli.loadDoctor()).runDoctor(cli.env);
  const checks = server === null ? found : [await checkServer(server), ...found];
  const isHealthy = checks.every((check) => check.ok || !check.isRequired);
  // `mend` is the former name of `fix`, kept for one release.
  if (cli.isJson) cli.terminal.json({ checks: checks.map((check) => ({ ...check, mend: check.fix })) });
  else {
    for (const { ok, isRequired, name, detail, fix } of checks) {
      const mark = ok
        ? styled("green", "ok  ")
        : isRequired
          ? styled("red", "FAIL")
          : styled("yellow", "hint");
      cli.terminal.line(mark, " ", styled("bold", name), ": ", detail);
      if (!ok && fix !== null) cli.terminal.line("     ", styled("cyan", fix));
    }
  }
  return isHealthy ? 0 : 1;
}
