const { serveAgent } = require("./agent.cjs");

/**
 * Usage: `node main.cjs PARAMETERS`, where PARAMETERS is the JSON of StreamJsonParameters (../parameters.ts). Communicates over ACP on
 * stdio until its input ends.
 */
serveAgent(JSON.parse(process.argv[2]), process);
