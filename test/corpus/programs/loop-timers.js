// Callbacks: one timer a channel, made in a loop
for (let channel = 0; channel < 3; channel++)
  setTimeout(() => print("channel " + channel), 100 * (3 - channel));
const names = { boiler: 400, pump: 500 };
for (const name in names) setTimeout(() => print(name), names[name]);
var jobs = [];
for (const [day, times] of Object.entries({ mon: [6, 7], sun: [9] }))
  for (const time of times) jobs.push(() => day + time);
print(jobs.map(job => job()).join());
