import { ota } from "sluice/espruino";

ota.begin({ healthy: () => true });
// Memory ends while the program is loaded: the engine breaks it off without an exception.
let text = "x";
for (let i = 0; i < 40; i++) text += text;
print(text.length);
