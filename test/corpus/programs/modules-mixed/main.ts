// Modules: ES modules, CommonJS and paths of tsconfig.json together
import Counter, { unit, add } from "@lib/counter";
import legacy from "./legacy.js";
import * as tools from "./legacy.js";
import { half } from "./legacy.js";
const counter = new Counter(legacy.start);
add(counter, 4);
print(counter.value + unit, tools.double(4), half(9), typeof legacy.double);
export { counter };
