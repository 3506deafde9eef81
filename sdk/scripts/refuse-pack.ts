/**
 * Stops `npm pack` and `npm publish` in this folder, because Node does not run TypeScript sources in a node_modules
 * folder.
 */
console.error(
  'This folder is not the package. Run "npm run release:pack", which creates the package in .cache/release.',
);
process.exitCode = 1;
