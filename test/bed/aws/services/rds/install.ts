/** Amazon RDS for PostgreSQL: instances that take their time, snapshots, point-in-time recovery and renaming. */
import type { Install } from "../../kernel.ts";
import { catalogueOperations } from "./catalogue.ts";
import { parameterGroupHandler, subnetGroupHandler } from "./group-resources.ts";
import { parameterGroupOperations, subnetGroupOperations } from "./groups.ts";
import { instanceOperations } from "./instances.ts";
import { instanceHandler } from "./resources.ts";
import { snapshotOperations } from "./snapshots.ts";

/** Adds the service `rds` and its resource types to a world. */
export const installRds: Install = (world) => {
  world.services.set("rds", {
    name: "rds",
    operations: {
      ...instanceOperations(world),
      ...snapshotOperations(world),
      ...subnetGroupOperations(world),
      ...parameterGroupOperations(world),
      ...catalogueOperations(world),
    },
  });
  world.resources.set("AWS::RDS::DBInstance", instanceHandler);
  world.resources.set("AWS::RDS::DBSubnetGroup", subnetGroupHandler);
  world.resources.set("AWS::RDS::DBParameterGroup", parameterGroupHandler);
};
