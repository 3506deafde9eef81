export interface EgressDenial {
  readonly host: string;
  readonly port: number;
  /**
   * `notAllowed`: the policy does not allow the host. `notPublic`: the host is or resolves to a private, loopback,
   * link-local, metadata or reserved address.
   */
  readonly reason: "notAllowed" | "notPublic";
}
