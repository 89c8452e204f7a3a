/** The same promises, held on the bed and, where it is installed, on moto. What is known to differ is in test/bed/README.md. */
import { afterAll, beforeAll, describe } from "vitest";
import { databasesSuite } from "./databases.ts";
import { identitySuite } from "./identity.ts";
import { imagesSuite } from "./images.ts";
import { logsSuite } from "./logs.ts";
import { openPlace, type Place, places } from "./place.ts";
import { recordsSuite } from "./records.ts";
import { scalingSuite } from "./scaling.ts";

describe.for(places())("on %s", (name) => {
  let place: Place | undefined;
  const here = (): Place => {
    if (place === undefined) throw new Error(`${name} is not started yet`);
    return place;
  };
  beforeAll(async () => {
    place = await openPlace(name);
  }, 90_000);
  afterAll(() => place?.stop());

  for (const suite of [recordsSuite, logsSuite, scalingSuite, imagesSuite, identitySuite, databasesSuite])
    suite(here, name);
});
