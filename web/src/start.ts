import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/global.css";
import { createQueryClient } from "./api/query-client.ts";
import { startReading } from "./api/start-reading.ts";

// What a page shows is asked for while the code that draws it is still on its way.
const queryClient = createQueryClient(() => void dashboard.then(({ toSignIn }) => toSignIn()));
const dashboard = import("./main.tsx").then(({ showDashboard }) => showDashboard(queryClient));
startReading(queryClient, location);

const KEEP_PAGE_AFTER_MS = 3_000;
if ("serviceWorker" in navigator && import.meta.env.PROD)
  window.addEventListener("load", () => {
    // Later: it would come between the page and its first requests.
    setTimeout(() => void navigator.serviceWorker.register("/service-worker.js"), KEEP_PAGE_AFTER_MS);
  });
