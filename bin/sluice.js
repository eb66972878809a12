#!/usr/bin/env node
// The compiled CLI; `npm install` (its prepare step) and `npm run build` make it.
import { main } from "../dist/src/cli/main.js";

await main(process.argv);
