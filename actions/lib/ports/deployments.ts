/** GitHub's deployments: a view of which commit each tenant has, for people and for other tools. */
export interface Deployments {
  /** Records one deployment of a tenant with its final state. */
  record(deployment: {
    /** `hospital-a-production` */
    readonly environment: string;
    readonly commit: string;
    readonly state: "success" | "failure" | "error";
    readonly description: string;
    readonly url?: string;
  }): Promise<void>;
}
