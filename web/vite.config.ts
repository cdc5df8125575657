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
    rolldownOptions: {
      output: {
        // The shell's dictionaries have a name of their own, by which the size gate knows them among those of screens.
        chunkFileNames: (c) =>
          c.facadeModuleId?.includes('/src/i18n/')
            ? 'assets/shell-[name]-[hash].js'
            : 'assets/[name]-[hash].js',
        // What several screens share and is a few lines each: apart, each piece cost more for being one than for what is in it.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: 'shared',
              test: /\/src\/(part\/(dial|events|findlead|leadname|receivers|steps|due|ring|intime|load|candidates\/(index|text))|kit\/(seg|switch|tabs|field|score)|charts\/(scale|ticks|sharebar)|app\/media|pages\/scoring\/settled|api\/(learn|models|office|quarantine|report|share|skills|types))\.tsx?$/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: server, changeOrigin: true }, '/v1': { target: server, changeOrigin: true } },
  },
  test: { include: ['test/**/*.test.{ts,tsx}'], environment: 'node' },
});
