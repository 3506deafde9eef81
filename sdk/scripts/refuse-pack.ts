/**
 * Stops `npm pack` and `npm publish` in this folder, because Node does not run TypeScript sources in a node_modules
 * folder.
 */
console.error(
  'This folder is not the package. Run "npm run build -w sdk", and then "npm pack ./sdk/dist" or "npm publish ./sdk/dist".',
);
process.exitCode = 1;
