import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Notices } from "./notices.tsx";
import { createAppRouter } from "./router.tsx";
import { theme } from "./theme/theme.ts";

/** Renders the page for the current URL. */
export function showDashboard(queryClient: QueryClient): { toSignIn(): void } {
  const router = createAppRouter(queryClient);
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <Notices />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
  return {
    toSignIn: () => {
      const { href, pathname } = router.state.location;
      if (pathname !== "/sign-in") void router.navigate({ to: "/sign-in", search: { next: href } });
    },
  };
}
