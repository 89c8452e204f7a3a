/** What only the end of a tenant needs of CloudFormation. */
export interface Farewell {
  /** The template a stack has now, as it was sent. */
  template(stackId: string): Promise<string>;

  /** Lifts termination protection, so that the stack can be deleted. */
  liftProtection(stackId: string): Promise<void>;

  /** Physical ids of a stack's resources by logical id; of a deleted stack by its ARN as well. */
  physicalIds(stackId: string): Promise<Readonly<Record<string, string>>>;
}
