import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

export default defineConfig({
  plugins: [
    react(),
    preloadDashboard(),
    // The server sends what is on disk; nothing is compressed while somebody waits.
    compression({
      algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
      threshold: 1_024,
    }),
  ],
  build: {
    target: "es2024",
    // These know light-dark(): taken apart for older ones it would follow the system and not the page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What asks for the first data, before there is anything to draw it.
            { name: "reading", test: /[\\/]web[\\/]src[\\/]start\.ts$/, priority: 1 },
            // And what draws it, with all that it needs: each of many small files would cost a request of its own.
            { name: "first", test: /[\\/]web[\\/]src[\\/](main|sessions[\\/]sessions-page)\.tsx$/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "^/(v1|api|session|agent|me|repository|task|auth)(/|$)": { target: "http://127.0.0.1:3000", ws: true },
    },
  },
});

/** Names in the page what every address of the dashboard needs, so that all of it is fetched at once: its code and its letters. */
function preloadDashboard(): Plugin {
  return {
    name: "preload-dashboard",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const files = Object.values(bundle);
        const chunks = new Map(
          files.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
        );
        const needed = new Set<string>();
        const need = (fileName: string) => {
          if (needed.has(fileName)) return;
          needed.add(fileName);
          const { imports = [], viteMetadata } = chunks.get(fileName) ?? {};
          for (const file of [...imports, ...(viteMetadata?.importedCss ?? [])]) need(file);
        };
        for (const { fileName, moduleIds } of chunks.values())
          if (moduleIds.some((id) => id.endsWith("/src/main.tsx"))) need(fileName);
        for (const { fileName } of files)
          if (/inter-latin-wght-normal-.*\.woff2$/.test(fileName)) needed.add(fileName);
        return [...needed]
          .filter((fileName) => !html.includes(fileName))
          .map((fileName) => ({
            tag: "link",
            attrs: { ...howToFetch(fileName), href: `/${fileName}`, crossorigin: true },
            injectTo: "head",
          }));
      },
    },
  };
}

function howToFetch(fileName: string): Record<string, string> {
  if (fileName.endsWith(".css")) return { rel: "stylesheet" };
  if (fileName.endsWith(".woff2")) return { rel: "preload", as: "font", type: "font/woff2" };
  return { rel: "modulepreload" };
}
