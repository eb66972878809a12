// MQTT: what Home Assistant reads about each valve, and what it sends back
type Component = "switch" | "sensor";
interface Entity { component: Component; name: string; unit?: string; set?(on: boolean): void; get(): string | number | null }
const device = { identifiers: ["garden-7f"], name: "Garden" } as const;
const slug = (text: string) => text.toLowerCase().split(" ").join("_");
const sent: [topic: string, payload: string, retain: boolean][] = [];
const mqtt = { publish: (topic: string, payload: string, { retain = false } = {}) => { sent.push([topic, payload, retain]); } };
class Bridge {
  private byTopic: { [topic: string]: Entity } = {};
  constructor(private prefix: string, entities: readonly Entity[]) {
    for (const entity of entities) {
      const id = slug(entity.name), base = `${prefix}/${id}`;
      const config = { name: entity.name, unique_id: `${device.identifiers[0]}_${id}`, state_topic: `${base}/state`, ...(entity.unit && { unit_of_measurement: entity.unit }), device };
      if (entity.set) { Object.assign(config, { command_topic: `${base}/set` }); this.byTopic[`${base}/set`] = entity; }
      mqtt.publish(`homeassistant/${entity.component}/${id}/config`, JSON.stringify(config), { retain: true });
    }
    this.publishAll = () => entities.forEach(e => mqtt.publish(`${prefix}/${slug(e.name)}/state`, String(e.get() ?? "unknown")));
  }
  publishAll: () => void;
  message(topic: string, payload: string) {
    const entity = this.byTopic[topic];
    if (!entity?.set) return false;
    entity.set(payload === "ON");
    mqtt.publish(topic.replace(/set$/, "state"), `${entity.get()}`);
    return true;
  }
}
const open: Record<string, boolean> = {};
const valve = (name: string): Entity => ({ component: "switch", name, set(on) { open[name] = on; }, get: () => (open[name] ? "ON" : "OFF") });
const bridge = new Bridge("garden", [valve("Lawn valve"), valve("Drip"), { component: "sensor", name: "Soil", unit: "%", get: () => null }]);
bridge.publishAll();
print(bridge.message("garden/drip/set", "ON"), bridge.message("garden/soil/set", "ON"), bridge.message("garden/drip/state", "ON"));
for (const [topic, payload, retain] of sent) print(`${retain ? "R" : "-"} ${topic} ${payload}`);
