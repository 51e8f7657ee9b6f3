import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run dev`-style page work talks to. */
const server = 'http://localhost:3000';

/**
 * Two pages, so that customers never load the console: `index.html` is the chat at `/`, `console.html` the support
 * team's desk at `/console`. Everything is emitted as files: the server's content security policy allows neither inline
 * scripts nor `data:` addresses.
 */
export default defineConfig({
  root: import.meta.dirname,
  appType: 'mpa',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: true,
    rolldownOptions: {
      input: {
        chat: `${import.meta.dirname}/index.html`,
        console: `${import.meta.dirname}/console.html`,
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/ws': { target: server, ws: true },
    },
  },
});
