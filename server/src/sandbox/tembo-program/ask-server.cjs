const http = require("node:http");

const url = process.env.TEMBO_TOOLS_URL || "http://127.0.0.1:8379";
/**
 * Maximum size of a response. The session tools limit their own responses. This limit protects against another program that listens on the
 * port.
 */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Sends a request to the session tools. `path` "/tools" lists the tools. With a `body`, "/tools/NAME" runs a tool and "/mcp" handles an MCP
 * message. Resolves to the JSON of the response, or to null for status 202. Rejects with the response's error message, or if the session tools
 * cannot be reached or the response is too long or not JSON.
 */
function askServer(path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = http.request(
      new URL(path, url),
      {
        method: text === undefined ? "GET" : "POST",
        headers:
          text === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
        // The default agent would use the egress proxy.
        agent: new http.Agent(),
      },
      (answer) => {
        const chunks = [];
        let bytes = 0;
        answer.on("data", (chunk) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) request.destroy(new Error("Tembo's response is too long."));
          else chunks.push(chunk);
        });
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode === 202) return resolve(null);
          try {
            const received = JSON.parse(Buffer.concat(chunks).toString("utf8"));
            if (answer.statusCode === 200) resolve(received);
            else reject(new Error(received.error));
          } catch {
            reject(new Error(`Tembo responded with status ${answer.statusCode} and no JSON.`));
          }
        });
      },
    );
    request.on("error", (error) =>
      reject(
        error.code === "ECONNREFUSED" || error.code === "ECONNRESET"
          ? new Error("The session tools are available only while a turn of the session runs.")
          : error,
      ),
    );
    request.end(text);
  });
}

module.exports = { askServer };
