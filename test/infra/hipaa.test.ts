import { expect, test } from "vitest";
import { declaredExceptions, hipaaFindings } from "./hipaa.ts";
import { specialised, tenantDocument } from "./templates.ts";

test.for(specialised)("$name: what HIPAA Security finds is what is declared, with a reason", ({ document }) => {
  const declared = declaredExceptions(document, "hipaa");

  expect(hipaaFindings(document)).toEqual([...declared.keys()].sort());
  for (const reason of declared.values()) expect(reason.length).toBeGreaterThan(20);
});

test("an enterprise tenant needs two exceptions at most", () => {
  const enterprise = tenantDocument("enterprise");

  expect(declaredExceptions(enterprise, "hipaa").size).toBeLessThanOrEqual(2);
  expect(declaredExceptions(enterprise, "guard").size).toBeLessThanOrEqual(2);
});

test("a database without encryption would be found", () => {
  const document = structuredClone(tenantDocument("enterprise")) as {
    Resources: Record<string, { Properties: object }>;
  };
  const database = document.Resources.Database;
  if (database === undefined) throw new Error("the enterprise tier has no database");
  database.Properties = { ...database.Properties, StorageEncrypted: false };

  expect(hipaaFindings(document as never)).toContain("Database RDSStorageEncrypted");
});
