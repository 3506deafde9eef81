import assert from "node:assert/strict";
import { test } from "node:test";
import { isHttpRequest } from "./request-line.ts";

const isRequest = (text: string) => isHttpRequest(Buffer.from(text, "latin1"));

test("recognizes an HTTP request however it is written", () => {
  for (const line of [
    "GET / HTTP/1.1\r\n",
    "GET ",
    "\r\n\r\nPUT / HTTP/1.1\r\n",
    "\n \tPUT / HTTP/1.1\n",
    "put / http/1.1\r\n",
    "ANYTHING\t/\tHTTP/1.0\r\n",
    "PUT\r/\rHTTP/1.1\r\n",
    "PUT /\u00e9 HTTP/1.1\r\n",
    "GET /\r\nHost: x\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n",
    "\r\n\r\n\u0000\r\nQUIT\n!",
  ]) {
    assert.equal(isRequest(line), true, JSON.stringify(line));
  }
});

test("never classifies the start of a request as another protocol", () => {
  for (const line of ["\r\n\r\nPUT /\u00e9 HTTP/1.1\r\n", "PUT\r/\rHTTP/1.1\r\n", "put\t/ HTTP/1.1\n"]) {
    for (let length = 1; length < line.length; length += 1) {
      assert.notEqual(isRequest(line.slice(0, length)), false, JSON.stringify(line.slice(0, length)));
    }
  }
});

test("recognizes other protocols by their first bytes", () => {
  for (const bytes of [
    "SSH-2.0-OpenSSH_9.6 comment\r\n",
    "SSH-2.0-OpenSSH_9.6\r\n",
    "0032git-upload-pack /project.git\u0000host=example\u0000",
    "AMQP\u0000\u0000\u0009\u0001",
    "\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f",
    // A MySQL client that requests TLS: the packet length in its first byte looks like a space.
    "\u0020\u0000\u0000\u0001",
    "*1\r\n$4\r\nPING\r\n",
    "EHLO example\r\n",
    'CONNECT {"verbose":false}\r\nPING\r\n',
    "OPTIONS rtsp://example/ RTSP/1.0\r\n",
  ]) {
    assert.equal(isRequest(bytes), false, JSON.stringify(bytes));
  }
});
