// Displays: text in columns
const rows: [string, number, boolean?][] = [["pump", 12.345, true], ["lamp", 3], ["heater", 100, false]];
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, watts, on = false] of rows) print(`${name.padEnd(width)} ${watts.toFixed(1).padStart(6)} ${on ? "on" : "off"}`);
print("-".repeat(width + 7));
const total = rows.reduce((sum, [, watts]) => sum + watts, 0);
print("total".padEnd(width), `${Math.round(total)}`.padStart(6));
