import { ota } from "sluice/espruino";

/** An application with a web server of its own; the update page is one of its pages. */
ota.begin({ hostname: "garden", web: { path: "/admin/update", listen: false } });
require("http")
  .createServer((request, response) => {
    if (ota.handle(request, response)) return;
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end(`the application, ${request.url}`);
  })
  .listen(80);
