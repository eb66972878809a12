// Servers: a request that comes in pieces
class Parser {
  buffer = "";
  done = (request) => print(request.method + " " + request.path + " " + JSON.stringify(request.headers) + " " + request.body);
  data(piece) {
    this.buffer += piece;
    const end = this.buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [first, ...lines] = this.buffer.slice(0, end).split("\r\n");
    const headers = {};
    for (const line of lines) { const i = line.indexOf(":"); headers[line.slice(0, i).toLowerCase()] = line.slice(i + 1).trim(); }
    const length = parseInt(headers["content-length"] ?? "0"), body = this.buffer.substr(end + 4, length);
    if (body.length < length) return;
    this.buffer = this.buffer.slice(end + 4 + length);
    const [method, path] = first.split(" ");
    this.done({ method, path, headers, body });
  }
}
const parser = new Parser();
"POST /set HTTP/1.1\r\nHost: shed\r\nContent-Length: 4\r\n\r\nlampGET / HTTP/1.1\r\n\r\n".split("").forEach(c => parser.data(c));
