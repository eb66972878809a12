import "../../../bench/device/garden/main.js";

/** The garden, and a hundred variables more. */
const readings: number[] = [];
for (let i = 0; i < 100; i++) readings[i] = i;
setInterval(() => {
  readings[0] = readings.length;
}, 3600000);
