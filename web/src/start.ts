import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/tokens.css";
import "./theme/global.css";
import { createQueryClient } from "./api/query-client.ts";
import { startReading } from "./api/start-reading.ts";
import { loadPageAgain, pageCame } from "./components/loading/load-page-again.ts";
import { applyDensity, readDensity } from "./theme/density.ts";

// Before the first paint, so that rows do not change their height.
applyDensity(readDensity());

// Requests the page's data while the page's code is still loading.
const queryClient = createQueryClient(() => void dashboard.then(({ toSignIn }) => toSignIn()));
const dashboard = import("./main.tsx").then(({ showDashboard }) => {
  pageCame();
  return showDashboard(queryClient);
}, loadPageAgain);
startReading(queryClient, location);

if ("serviceWorker" in navigator && import.meta.env.PROD)
  window.addEventListener("load", () => {
    // Registers the service worker when the browser is idle, so that the registration does not compete with the page's
    // first requests. The page works without a service worker.
    const keepPage = () => void navigator.serviceWorker.register("/service-worker.js").catch(() => {});
    // Safari has no `requestIdleCallback`.
    if ("requestIdleCallback" in window) requestIdleCallback(keepPage, { timeout: 1_000 });
    else setTimeout(keepPage, 200);
  });
