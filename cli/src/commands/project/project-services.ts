import type { ProjectCreateBody } from "@tembo-io/sdk";
import { maxProjectScriptLength, maxProjectServices } from "@tembo-io/sdk";
import { UsageError } from "../../failure.ts";
import { readSmallFile } from "../../input/read-small-file.ts";
import { parseJson } from "../../options.ts";

/** Maximum size of a file with services in bytes. The commands of a service are together no longer than a script. */
const maxServicesBytes = 4 * maxProjectScriptLength * maxProjectServices;

type Services = NonNullable<ProjectCreateBody["services"]>;

/** Command options that list a project's services. */
export interface ServiceOptions {
  readonly service: readonly string[];
  readonly servicesFile?: string;
}

/**
 * Returns the services that the options list, or undefined if there are no options. `--service none` returns an empty
 * list. Throws `CommandError` if an option cannot be parsed or the file cannot be read.
 */
export async function parseServices({
  service,
  servicesFile,
}: ServiceOptions): Promise<Services | undefined> {
  if (service.length > 0 && servicesFile !== undefined)
    throw new UsageError("The services were specified twice.", "omit --service or --services-file.");
  if (servicesFile !== undefined) return readServices(servicesFile);
  if (service.length === 0) return undefined;
  return service.length === 1 && service[0] === "none" ? [] : service.map(parseService);
}

/** Parses `NAME[:PORT]=COMMAND`. The server validates the parts. */
function parseService(given: string): Services[number] {
  const [, name, port, command] = /^([^:=]+)(?::([0-9]{1,5}))?=(.+)$/s.exec(given) ?? [];
  if (name === undefined || command === undefined)
    throw new UsageError(
      `${JSON.stringify(given)} is not a service.`,
      'use NAME=COMMAND or NAME:PORT=COMMAND, such as "db:5432=postgres -D data".',
    );
  return { name, command, ready: port === undefined ? null : { tcp: Number(port) } };
}

async function readServices(file: string): Promise<Services> {
  const services = parseJson(await readSmallFile(file, { what: "the services", maxBytes: maxServicesBytes }));
  if (Array.isArray(services)) return services as Services;
  throw new UsageError(
    "The file with the services does not contain a JSON list.",
    'use a list such as [{"name": "db", "command": "postgres -D data", "ready": {"tcp": 5432}}].',
  );
}
