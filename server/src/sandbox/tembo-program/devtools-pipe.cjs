const maxMessageBytes = 64 * 1024 * 1024;

/**
 * Speaks the Chrome DevTools Protocol (chromedevtools.github.io/devtools-protocol) over a browser's pipe, as JSON messages that end with a NUL
 * byte. `send` resolves to the result of a method. It rejects if the browser rejects the method or closes the pipe. `onEvent` receives each
 * event's method and parameters.
 */
function openDevtools(input, output, onEvent) {
  const waiting = new Map();
  let lastId = 0;
  let isOpen = true;
  let chunks = [];
  let bytes = 0;
  const end = () => {
    isOpen = false;
    for (const { reject } of waiting.values()) reject(new Error("The pipe is closed."));
    waiting.clear();
  };
  const receive = (text) => {
    const { id, method, params, result, error } = JSON.parse(text);
    if (id === undefined) return onEvent(method, params);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  };
  output.on("data", (data) => {
    let rest = data;
    for (let at = rest.indexOf(0); at >= 0; at = rest.indexOf(0)) {
      receive(Buffer.concat([...chunks, rest.subarray(0, at)]).toString("utf8"));
      rest = rest.subarray(at + 1);
      chunks = [];
      bytes = 0;
    }
    chunks.push(rest);
    bytes += rest.length;
    if (bytes > maxMessageBytes) output.destroy();
  });
  input.on("error", end);
  output.on("error", end);
  output.on("close", end);
  return {
    isOpen: () => isOpen,
    send(method, params = {}, sessionId = undefined) {
      if (!isOpen) return Promise.reject(new Error("The pipe is closed."));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
  };
}

module.exports = { openDevtools };
