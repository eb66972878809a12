// Modules: settings with defaults, and a copy that differs
interface Settings { host: string; port?: number; retry: { times: number; ms: number }; tags?: string[] }
const defaults: Settings = { host: "shed", port: 80, retry: { times: 3, ms: 500 } };
function merge(given: Partial<Settings>): Settings { return { ...defaults, ...given, retry: { ...defaults.retry, ...given.retry } }; }
const mine = merge({ host: "pump", retry: { times: 5, ms: 0 }, tags: ["a"] });
print(JSON.stringify(mine));
const { retry: { times, ms = 1 }, tags: [first, second = "none"] = [], port: tcp = 1 } = mine;
print(times, ms, first, second, tcp);
print(mine.tags?.length ?? 0, merge({}).tags?.length ?? 0, merge({}).tags?.[0] ?? "-");
