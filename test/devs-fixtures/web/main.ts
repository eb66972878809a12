import { ota } from "sluice/espruino";

ota.begin({ web: { path: "/ota", port: 8080, user: "nobody", classicStatus: true }, rebootOnSuccess: false });
ota.updateCredentials("gardener", "tulip");
