// One command: a server with the demo catalog, a few guests, and the portal before them.
import { run } from "../../shared/server/run.js";
import { Sessions } from "../../shared/server/session.js";
import { demoGuests, seed } from "./demo_guests.js";
import { portalServer, rights, settings } from "./portal.js";

run({
  name: "portal",
  brandId: settings.brandId,
  rights,
  port: 8080,
  seed: (client) => seed(client, settings.propertyId, settings.textVersion),
  serve: (client, { folder, apiUrl, log }) =>
    portalServer({ client, settings, apiUrl, sessions: new Sessions(), guests: demoGuests, folder, log }),
});
