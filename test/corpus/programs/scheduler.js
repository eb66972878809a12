// Callbacks: watering at times of the day, sorted
const plan = [{ at: "18:30", zone: 1 }, { at: "06:00", zone: 2 }, { at: "06:00", zone: 1 }, { at: "12:15", zone: 3, days: [0, 6] }];
const minutes = ({ at }) => { const [h, m] = at.split(":").map(Number); return h * 60 + m; };
const next = (now, day) => plan.filter(({ days }) => !days || days.includes(day)).sort((a, b) => minutes(a) - minutes(b)).filter(one => minutes(one) >= now);
print(next(0, 1).map(({ zone, at }) => zone + "@" + at).join(" "));
print(next(700, 6).map(one => one.zone).join(" "));
plan.sort((a, b) => (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0));
print(plan.map(({ at }) => at).join(" "));
