const { spawn } = require("node:child_process");
const { accessSync, constants, mkdtempSync, rmSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { openDevtools } = require("./devtools-pipe.cjs");

const names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];
/**
 * Host that Chromium asks about its search assistant for each profile, also for that of a tab. A sandbox has no direct connection, so that
 * without the proxy, these requests fail without a trace in the session.
 */
const vendorHost = "www.google.com";
const closesWithinMs = 3_000;
const maxErrorChars = 2_000;

/**
 * Starts a headless Chromium with an empty profile. Throws if the sandbox has none. `stop` ends the browser and removes the profile.
 */
function startChromium(onEvent) {
  const file = findChromium(process.env);
  if (file === undefined)
    throw new Error(
      `The sandbox has no Chromium. Use an image that contains it, such as Tembo's base image, or set TEMBO_CHROMIUM to its path. Tembo looks for ${names.join(", ")} on the PATH.`,
    );
  const profile = mkdtempSync(path.join(os.tmpdir(), "tembo-screenshot-"));
  const child = spawn(file, flagsOf(profile), {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    // Everything that the browser writes is in the profile, which is removed.
    env: {
      ...process.env,
      HOME: profile,
      TMPDIR: profile,
      XDG_CONFIG_HOME: profile,
      XDG_CACHE_HOME: profile,
    },
    // The browser has a process group of its own, which can be killed as a whole.
    detached: true,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors = (errors + text).slice(-maxErrorChars);
  });
  const exited = new Promise((resolve) => {
    child.once("close", resolve);
    child.once("error", (error) => {
      errors = error.message;
      resolve();
    });
  });
  const devtools = openDevtools(child.stdio[3], child.stdio[4], onEvent);
  const send = (...call) =>
    devtools.send(...call).catch(async (error) => {
      if (devtools.isOpen()) throw error;
      await exited;
      throw new Error(`Chromium exited. Its last output: ${errors.trim()}`, { cause: error });
    });
  return {
    send,
    /** Opens an empty tab, which connects to loopback addresses directly and to all others through the egress proxy. */
    async openTab() {
      const proxyServer = process.env.HTTPS_PROXY;
      const { browserContextId } = await send("Target.createBrowserContext", {
        ...(proxyServer && { proxyServer, proxyBypassList: vendorHost }),
      });
      const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      return (method, params) => send(method, params, sessionId);
    },
    async stop() {
      const kill = setTimeout(() => killGroup(child.pid), closesWithinMs);
      devtools.send("Browser.close").catch(() => killGroup(child.pid));
      await exited;
      clearTimeout(kill);
      killGroup(child.pid);
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function findChromium({ TEMBO_CHROMIUM: given, PATH: folders = "" }) {
  if (given) return given;
  return names
    .flatMap((name) => folders.split(":").map((folder) => path.join(folder, name)))
    .find((file) => isProgram(file));
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the browser's flags. The sandbox of the session isolates the browser and refuses the namespaces of Chromium's own sandbox. Its
 * /dev/shm is small. No program listens on the proxy's address, so that Chromium's own requests to its vendor fail without a trace in the
 * session. Tabs have another proxy.
 */
function flagsOf(profile) {
  return [
    "--headless",
    // A development server on a loopback host has no certificate that a browser trusts. DevTools can accept certificates too, but Chromium
    // cancels the requests that wait for it when a frame of the page has loaded.
    "--allow-insecure-localhost",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
    "--proxy-server=127.0.0.1:1",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
  ];
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already ended.
  }
}

module.exports = { startChromium };
