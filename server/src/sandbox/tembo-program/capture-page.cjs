/** A page that still loads after this time is captured as it is. */
const loadsWithinMs = 15_000;
/** After the page has loaded, its scripts usually request data. A page that never stops is captured anyway. */
const settlesWithinMs = 2_000;
/** The largest side that Chromium can draw. */
const maxSide = 16_384;

/**
 * Opens a URL in a tab of the given size, waits until it has loaded, and returns a picture of it as a PNG. Throws if the page cannot be opened.
 */
async function capturePage({ chromium, events }, { url, width, height, fullPage }) {
  const run = await chromium.openTab();
  await run("Page.enable");
  await run("Page.setLifecycleEventsEnabled", { enabled: true });
  await run("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  await chromium.send("Browser.setDownloadBehavior", { behavior: "deny" });
  // An open dialog of a page would block the page.
  events.on("Page.javascriptDialogOpening", () => {
    run("Page.handleJavaScriptDialog", { accept: false }).catch(() => {});
  });
  const loaded = lifecycle(events, "load");
  const settled = lifecycle(events, "networkIdle");
  const { errorText, loaderId } = await run("Page.navigate", { url });
  if (errorText !== undefined) throw new Error(`Chromium could not open ${url}. ${explain(errorText)}`);
  await within(loaded(loaderId), loadsWithinMs);
  await within(settled(loaderId), settlesWithinMs);
  const { data } = await run("Page.captureScreenshot", {
    format: "png",
    ...(fullPage && { captureBeyondViewport: true, clip: await wholePage(run, { width, height }) }),
  });
  return Buffer.from(data, "base64");
}

/** Returns a function that resolves when the page of a loader has reached a state, even if it reached the state before. */
function lifecycle(events, name) {
  const reached = new Set();
  events.on("Page.lifecycleEvent", (event) => {
    if (event.name !== name) return;
    reached.add(event.loaderId);
    events.emit(`${name}:${event.loaderId}`);
  });
  return (loaderId) =>
    new Promise((resolve) => {
      if (reached.has(loaderId)) resolve();
      else events.once(`${name}:${loaderId}`, resolve);
    });
}

async function wholePage(run, { width, height }) {
  const { cssContentSize } = await run("Page.getLayoutMetrics");
  return {
    x: 0,
    y: 0,
    width,
    height: Math.min(Math.max(Math.ceil(cssContentSize.height), height), maxSide),
    scale: 1,
  };
}

const reasons = {
  ERR_CONNECTION_REFUSED: "Nothing listens on this port. Start the program first.",
  ERR_NAME_NOT_RESOLVED: "The host name does not exist.",
  ERR_TUNNEL_CONNECTION_FAILED: "The session's internet access does not allow this host.",
  ERR_CERT_AUTHORITY_INVALID: "The browser does not trust the certificate of this host.",
  ERR_ABORTED: "The URL leads to a download, or the page does not exist.",
};

function explain(errorText) {
  const code = errorText.replace("net::", "");
  return `${Object.hasOwn(reasons, code) ? `${reasons[code]} ` : ""}(${code})`;
}

async function within(work, ms) {
  let timer;
  await Promise.race([
    work,
    new Promise((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}

module.exports = { capturePage };
