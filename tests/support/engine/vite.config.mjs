/** Builds the page with the app's own tools; the output folder is given on the command line. */
export default {
  root: import.meta.dirname,
  base: '/engine/',
  logLevel: 'warn',
  define: { __APP_VERSION__: '"1.0.0"' },
  build: { target: 'es2022', emptyOutDir: true, modulePreload: { polyfill: false } },
};
