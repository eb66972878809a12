// Preloaded into the CLI's VM process: it always connects its Jacdac bus to port 8082, so that only one could run. Here
// it connects to VM_PORT; nothing else of the VM is touched.
const net = require("node:net");

const connect = net.createConnection;
net.createConnection = (...args) =>
  args[0] === 8082 ? connect(Number(process.env.VM_PORT), ...args.slice(1)) : connect(...args);
