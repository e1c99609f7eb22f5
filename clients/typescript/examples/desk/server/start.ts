// One command: a server with the demo catalog, the guests of a day, and the desk before them.
import { run } from "../../shared/server/run.js";
import { Sessions } from "../../shared/server/session.js";
import { deskServer, rights, settings } from "./desk.js";
import { seed } from "./house.js";

run({
  name: "desk",
  brandId: settings.brandId,
  rights,
  port: 8081,
  seed: (client) => seed(client, settings.propertyId),
  serve: (client, folder, log) => deskServer({ client, sessions: new Sessions(), folder, log }),
});
