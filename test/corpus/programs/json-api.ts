// Servers: an API with JSON, asked by async functions
import http from "http";
interface Zone { name: string; minutes: number; last?: { by: string } }
const zones: Record<string, Zone> = { lawn: { name: "Lawn", minutes: 10 } };
type Answer = [status: number, body: unknown];
const routes: { [method: string]: (id: string, body: any) => Answer } = {
  GET: id => (id ? (zones[id] ? [200, zones[id]] : [404, { error: `no zone ${id}` }]) : [200, Object.keys(zones)]),
  PUT(id, { name = id, ...rest }) { zones[id] = { name, minutes: 5, ...rest }; return [201, zones[id]]; },
  DELETE: id => { delete zones[id]; return [200, null]; },
};
http.createServer((req: any, res: any) => {
  let body = "";
  const answer = () => {
    let result: Answer;
    try { result = routes[req.method]?.(req.url.split("/")[2] ?? "", body ? JSON.parse(body) : {}) ?? [405, {}]; }
    catch { result = [400, { error: "bad JSON" }]; }
    const [status, value] = result;
    const text = JSON.stringify(value);
    res.writeHead(status, { "Content-Type": "application/json", "Content-Length": text.length });
    res.end(text);
  };
  const length = parseInt(req.headers["Content-Length"] ?? "0", 10);
  if (!length) return answer();
  req.on("data", (data: string) => { body += data; if (body.length >= length) answer(); });
}).listen(8081);
const ask = (method: string, path: string, body = "") => new Promise<string>(done => {
  const headers = body ? { "Content-Length": body.length } : {};
  const req = http.request({ host: "127.0.0.1", port: 8081, path, method, headers }, (res: any) => {
    let text = "";
    res.on("data", (data: string) => { text += data; });
    res.on("close", () => done(`${method} ${path}: ${res.statusCode} ${text}`));
  });
  req.end(body);
});
async function main() {
  print(await ask("GET", "/zones"));
  print(await ask("PUT", "/zones/bed", JSON.stringify({ minutes: 3, last: { by: "me" } })));
  print(await ask("PUT", "/zones/bed", "{nonsense"));
  for (const path of ["/zones/bed", "/zones/roof"]) print(await ask("GET", path));
  print(await ask("DELETE", "/zones/lawn"));
  print(await ask("PATCH", "/zones"), "|", await ask("GET", "/zones"));
}
setTimeout(main, 20);
