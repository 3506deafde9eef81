import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/global.css";
import { createQueryClient } from "./api/query-client.ts";
import { startReading } from "./api/start-reading.ts";
import { loadPageAgain, pageCame } from "./components/loading/load-page-again.ts";

// What a page shows is asked for while the code that draws it is still on its way.
const queryClient = createQueryClient(() => void dashboard.then(({ toSignIn }) => toSignIn()));
const dashboard = import("./main.tsx").then(({ showDashboard }) => {
  pageCame();
  return showDashboard(queryClient);
}, loadPageAgain);
startReading(queryClient, location);

if ("serviceWorker" in navigator && import.meta.env.PROD)
  window.addEventListener("load", () => {
    // Not sooner: it would come between the page and its first requests. A page that cannot be kept is a page all the same.
    const keepPage = () => void navigator.serviceWorker.register("/service-worker.js").catch(() => {});
    // Safari has no idle callbacks.
    if ("requestIdleCallback" in window) requestIdleCallback(keepPage, { timeout: 1_000 });
    else setTimeout(keepPage, 200);
  });
