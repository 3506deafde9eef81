import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createImages } from "../../../server/src/layers/registry/create-images.ts";
import { makeTar } from "../../../server/src/layers/testing/make-tar.ts";
import { serveRegistry, type TestRegistry } from "../../../server/src/layers/testing/serve-registry.ts";
import { testOutbound } from "../../../server/src/outbound/testing/test-outbound.ts";
import { onPlace } from "./support/probe.ts";
import { loot } from "./support/stage.ts";

// A hostile registry attacks the server, which downloads the base image of a project.

const maxBytes = 1024 ** 2;
const credential = { registry: null, username: "user", password: "the password" };
const basic = `Basic ${Buffer.from("user:the password").toString("base64")}`;

interface Place {
  readonly registry: TestRegistry;
  /** Path of the image's only layer. */
  readonly layer: string;
  /** URL of another service. It returns the loot, with the credential of the request. */
  readonly service: string;
  /** Credentials that the service received. */
  readonly received: (string | undefined)[];
  close(): Promise<void>;
}

const act = onPlace<Place>(
  async () => {
    await using held = new AsyncDisposableStack();
    const after = (end: unknown) => held.defer(end as () => void);
    const registry = await serveRegistry({ after }, [makeTar([{ name: "file", body: "content" }])]);
    const [layer] = [...registry.content].find(([, { type }]) => type.includes("layer"))!;
    const received: Place["received"] = [];
    const server = createServer(({ headers }, response) => {
      received.push(headers.authorization);
      response.end(`${loot} ${headers.authorization}`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    held.defer(() => void server.close());
    const service = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const kept = held.move();
    return { registry, layer, service, received, close: () => kept.disposeAsync() };
  },
  ({ close }) => close(),
);

/** Downloads the image as the server does. Returns the layer, or the error with what it received before. */
async function pull({ registry }: Place, privateHosts = ["127.0.0.1"]): Promise<string> {
  const images = createImages({
    fetch: testOutbound({ privateHosts }).fetch,
    maxBytes,
    architecture: "amd64",
    backoff: { firstMs: 1, maxMs: 1 },
  });
  const signal = AbortSignal.timeout(20_000);
  let size = 0;
  try {
    const image = await images.resolve({ reference: `${registry.host}/app:1`, credential }, signal);
    for await (const layer of image.download(signal)) for await (const chunk of layer) size += chunk.length;
    return `downloaded ${size}`;
  } catch (cause) {
    return `refused${size > maxBytes ? " beyond the limit" : ""}: ${(cause as Error).message}`;
  }
}

/** Downloads the layer without a guard: follows redirects, and sends the credential to every host. */
async function pullPlainly(url: string): Promise<string> {
  const sent = request(url, { headers: { authorization: basic } }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  if (response.headers.location !== undefined) return pullPlainly(response.headers.location);
  let text = "";
  for await (const chunk of response) {
    text += chunk;
    if (text.length > 2 * maxBytes) return "received beyond the limit";
  }
  return text;
}

const pullLayerPlainly = ({ registry, layer }: Place) => pullPlainly(`http://${registry.host}${layer}`);

/** Lets the registry demand the credential, and redirect requests for the layer to the other service. */
function redirect({ registry, layer, service }: Place): void {
  registry.intercept = ({ url, headers }, response) => {
    if (headers.authorization !== basic) response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else if (url === layer) response.writeHead(307, { location: service }).end();
    else return false;
    return true;
  };
}

act("a registry cannot lead the server to a private host that the operator does not list", {
  attempt: async (place) => {
    redirect(place);
    const before = place.received.length;
    const outcome = await pull(place, [place.registry.host]);
    return place.received.length > before ? `${loot} ${outcome}` : outcome;
  },
  contained: /^refused: .*(?:private|not public|not allowed|TEMBO_PRIVATE_HOSTS)/i,
  control: pullLayerPlainly,
});

act("a registry cannot collect its credential at another host", {
  attempt: async (place) => {
    redirect(place);
    const outcome = await pull(place);
    return `${outcome} The service received ${place.received.at(-1)}.`;
  },
  contained: /The service received undefined\.$/,
  escaped: /Basic /,
  control: pullLayerPlainly,
});

act("a registry cannot replace a layer", {
  attempt: async (place) => {
    replaceLayer(place);
    return pull(place);
  },
  contained: /^refused: .*wrong digest/,
  escaped: /downloaded|PLANTED/,
  control: pullLayerPlainly,
});

act("a registry cannot send an endless layer", {
  attempt: async (place) => {
    place.registry.intercept = ({ url }, response) => {
      if (url !== place.layer) return false;
      const fill = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, "x")));
      };
      response.on("drain", fill);
      fill();
      return true;
    };
    return pull(place);
  },
  contained: /^refused: /,
  escaped: /beyond the limit/,
  control: pullLayerPlainly,
});

/** Lets the registry send other bytes of the same length. */
function replaceLayer({ registry, layer }: Place): void {
  const body = Buffer.alloc(registry.content.get(layer)!.body.length, loot);
  registry.intercept = ({ url }, response) => {
    if (url === layer) response.end(body);
    return url === layer;
  };
}
