import { spawn } from "node:child_process";
import type { Machine } from "./machine.ts";

interface Opener {
  readonly program: string;
  readonly args: readonly string[];
}

/** Returns the program that opens a URL in the user's browser, or null if the user has no display. */
export function chooseOpener(
  url: string,
  env: NodeJS.ProcessEnv,
  { platform }: Pick<Machine, "platform">,
): Opener | null {
  if (platform === "win32") return { program: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
  // Over SSH, the browser would open on the other machine's display.
  if (platform === "darwin") return env.SSH_CONNECTION ? null : { program: "open", args: [url] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { program: "xdg-open", args: [url] } : null;
}

/** Starts the program, and returns false if it is not installed. Does not wait for its end. */
export function startOpener({ program, args }: Opener, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: "ignore", detached: true });
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
    child.once("error", () => resolve(false));
  });
}
