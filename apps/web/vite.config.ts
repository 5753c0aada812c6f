import { defineConfig } from "vite";

const server = process.env["INTERLINE_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: { target: "es2023", sourcemap: true, modulePreload: { polyfill: false } },
  server: { proxy: { "/sync": { target: server, ws: true } } },
  preview: { proxy: { "/sync": { target: server, ws: true } } },
});
