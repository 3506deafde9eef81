export interface AccessResult {
  readonly isHealthy: boolean;
  readonly message: string;
}
