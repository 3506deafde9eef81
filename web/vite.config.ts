import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

export default defineConfig({
  plugins: [
    react(),
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
  },
  server: {
    proxy: {
      "^/(v1|api|session|agent|me|repository|task|auth)(/|$)": { target: "http://127.0.0.1:3000", ws: true },
    },
  },
});
