import { AppError } from "../../core/base/index.ts";

/**
 * Throws `invalid_input` if the number is not a port. Throws `unavailable` for the sandbox's own ports, because a client outside must not use
 * the sandbox's access to a model, the network or git.
 */
export function requirePort(port: number, ownPorts: readonly number[]): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AppError("invalid_input", `${port} is not a port. Use a number from 1 to 65535.`);
  if (ownPorts.includes(port))
    throw new AppError("unavailable", `Port ${port} of the sandbox belongs to Tembo. Use another port.`);
}
