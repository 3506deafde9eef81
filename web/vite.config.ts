import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

export default defineConfig({
  plugins: [
    react(),
    preloadDashboard(),
    // Compresses the files at build time, so that no request waits for compression.
    compression({
      algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
      threshold: 1_024,
    }),
  ],
  build: {
    target: "es2024",
    // These versions support light-dark(). For older browsers, the transpiled code would follow the color scheme of the
    // system instead of the page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    // Most licenses of the packages in the bundle require that their text accompanies it.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Chunk that requests the first data before the rendering code has loaded.
            { name: "reading", test: /[\\/]web[\\/]src[\\/]start\.ts$/, priority: 1 },
            // Chunk that renders the first data. It contains all dependencies, because each additional file would cost
            // a request.
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

/**
 * Adds preload links for the code and the font that every dashboard page needs. The browser then fetches them in
 * parallel.
 */
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
