import { restart, sleep } from "@devicescript/core";
import { images } from "../../suite/images.js";
import { Suite } from "../../suite/suite.js";
import { runtime } from "../programs/suite-runtime.js";
const suite = new Suite(runtime);
images(suite);
const skip = [];
for (let index = 0; index < suite.count(); index++) { if (skip.indexOf(index) < 0) { console.log(`#case ${index} ${suite.nameOf(index)}`); suite.run(index); } await sleep(1); }
restart();
