// MQTT: topics with wildcards, handlers in a table
type Handler = (topic: string, payload: string) => void;
class Client {
  private readonly handlers: [string, Handler][] = [];
  on(filter: string, ...handlers: Handler[]): this {
    for (const handler of handlers) this.handlers.push([filter, handler]);
    return this;
  }
  receive(topic: string, payload = ""): number {
    const fits = this.handlers.filter(([filter]) => matches(filter.split("/"), topic.split("/")));
    fits.forEach(([, handler]) => handler(topic, payload));
    return fits.length;
  }
}
function matches([first, ...rest]: string[], [level, ...levels]: string[]): boolean {
  if (first === "#") return true;
  if (first === undefined || level === undefined) return first === level;
  return (first === "+" || first === level) && matches(rest, levels);
}
const client = new Client();
client.on("garden/+/set", (topic, payload) => print(topic + "=" + payload), t => print("twice " + t));
client.on("#", topic => print("all " + topic));
print(client.receive("garden/pump/set", "1"), client.receive("garden/pump"), client.receive("x"));
