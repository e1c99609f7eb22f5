// One command: a server with the demo catalog, the guests of a day, and the desk before them.
import { run } from "../../shared/server/run.js";
import { Sessions } from "../../shared/server/session.js";
import { deskServer, rights, settings } from "./desk.js";
import { seed, today } from "./house.js";

run({
  name: "desk",
  brandId: settings.brandId,
  rights,
  port: 8081,
  seed: (client) => seed(client, settings.propertyId),
  // On a server that runs already nobody knows our guests: they are found by their numbers.
  serve: (client, { folder, log, isSeeded }) =>
    deskServer({ client, sessions: new Sessions(), folder, log, house: isSeeded ? today : () => [] }),
});
