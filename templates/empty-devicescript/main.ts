import { ota } from "sluice/devicescript";

await ota.begin({});
