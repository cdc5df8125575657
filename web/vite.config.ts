/* Build of the interface: one chunk a route, hashed assets, nothing inline (the page's CSP allows no inline script or style). */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.GRADUS_DEV_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': { target: server, changeOrigin: true }, '/v1': { target: server, changeOrigin: true } },
  },
  test: { include: ['test/**/*.test.{ts,tsx}'], environment: 'node' },
});
