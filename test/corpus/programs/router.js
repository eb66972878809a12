// Servers: a router with parameters in the path
function Router() { this.routes = []; }
["get", "post"].forEach(function (method) {
  Router.prototype[method] = function (path, handler) { this.routes.push({ method: method, parts: path.split("/"), handler: handler }); return this; };
});
Router.prototype.handle = function (req) {
  for (var i = 0; i < this.routes.length; i++) {
    var route = this.routes[i], parts = req.url.split("/"), params = {};
    if (route.method !== req.method || parts.length !== route.parts.length) continue;
    var fits = parts.every(function (part, k) {
      if (route.parts[k][0] === ":") { params[route.parts[k].slice(1)] = part; return true; }
      return route.parts[k] === part;
    });
    if (fits) return route.handler(params, req);
  }
  return "404";
};
var router = new Router().get("/valves/:id", p => "valve " + p.id).post("/valves/:id/:state", ({ id, state }) => id + " is " + state);
[["get", "/valves/3"], ["post", "/valves/3/open"], ["get", "/"]].forEach(([method, url]) => print(router.handle({ method, url })));
