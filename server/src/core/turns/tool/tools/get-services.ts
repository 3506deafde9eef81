import { getServiceLog, listServices } from "../../service/read-services.ts";
import type { RunTool } from "../tool-call.ts";

/** Maximum size of a log that an agent receives, because it becomes part of the conversation. */
const maxLogBytes = 16 * 1024;

export const getServices: RunTool<"get_services"> = async ({ context: { ports, session } }, { name }) => {
  const services = await listServices(ports, session);
  if (name === undefined) return { services };
  const { text, isCut } = await getServiceLog(ports, session, { name, maxBytes: maxLogBytes });
  return { services: services.filter((service) => service.name === name), log: text, isLogCut: isCut };
};
