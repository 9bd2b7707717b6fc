import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const service = process.env.PARCOURS ?? "http://127.0.0.1:8000";

/** Built into the Python package; the service gives it out. In development `PARCOURS` is the address of a service. */
export default defineConfig({
  base: "/",
  plugins: [react()],
  resolve: { alias: { "~grammar": here("../.build/web/grammar"), "~completions": here("./completions"), "~": here("./src") }, dedupe: ["@lezer/common", "@lezer/lr", "@lezer/highlight"] },
  build: {
    outDir: here("../src/parcours/_static"),
    emptyOutDir: true,
    target: "es2022",
    // Browsers that know light-dark(): what is written for others does not know which of the two Mantine has chosen.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    sourcemap: false,
    reportCompressedSize: true,
    chunkSizeWarningLimit: 700,
    // What every page needs comes as one file: it compresses better than many small ones, and changes seldom.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "frame", test: /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|use-sync-external-store|@tanstack\/[^/]+)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": {
        target: service,
        configure: (proxy) => proxy.on("proxyReq", (request) => request.setHeader("origin", service)),
        changeOrigin: true,
      },
    },
    fs: { allow: [here(".."), here(".")] },
  },
});
