const http = require("node:http");

const url = process.env.TEMBO_TOOLS_URL || "http://127.0.0.1:8379";
/** The door bounds what it answers; this is against something else that listens there. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Asks the door for its tools (`path` "/tools") or, with a `body`, to run one ("/tools/NAME") or to answer a message ("/mcp"). Resolves with the JSON of the
 * answer, null when there is none; rejects with its sentence.
 */
function askDoor(path, body) {
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
        // Not the default one, which would ask the egress door.
        agent: new http.Agent(),
      },
      (answer) => {
        const chunks = [];
        let bytes = 0;
        answer.on("data", (chunk) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) request.destroy(new Error("The answer of Tembo is too long."));
          else chunks.push(chunk);
        });
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode === 202) return resolve(null);
          try {
            const said = JSON.parse(Buffer.concat(chunks).toString("utf8"));
            if (answer.statusCode === 200) resolve(said);
            else reject(new Error(said.error));
          } catch {
            reject(new Error(`Tembo answered with ${answer.statusCode} and no JSON.`));
          }
        });
      },
    );
    request.on("error", (error) =>
      reject(
        error.code === "ECONNREFUSED" || error.code === "ECONNRESET"
          ? new Error("The tools of the session can be used only while its turn runs.")
          : error,
      ),
    );
    request.end(text);
  });
}

module.exports = { askDoor };
