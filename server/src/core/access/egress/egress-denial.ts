export interface EgressDenial {
  readonly host: string;
  readonly port: number;
  /**
   * `notAllowed`: the policy does not allow the host. `notPublic`: the name resolves to a private, loopback, link-local
   * or metadata address.
   */
  readonly reason: "notAllowed" | "notPublic";
}
