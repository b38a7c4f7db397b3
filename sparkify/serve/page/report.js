"use strict";
// Filters the plays of the period, and puts the numbers into the charts that the page was drawn with.
// Without this script the page shows the whole period.

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const PLANS = ["paid", "free"];
const SHADES = 5;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const number = new Intl.NumberFormat("en-US").format;  // made once: it is most of a brush step else
const share = (part, whole) => (whole ? part / whole : 0);
const percent = (value) => rounded(100 * value, value > 0 && value < 0.1 ? 1 : 0) + "%";

// As Python rounds for the page: of two equally near, the even one, where toFixed takes the larger.
function rounded(value, digits) {
  const scaled = value * 10 ** digits, isTie = (value * 2 ** (digits + 1)) % 1 === 0 && Math.abs(scaled % 1) === 0.5;
  return (isTie ? 2 * Math.round(scaled / 2) / 10 ** digits : value).toFixed(digits);
}

const cube = JSON.parse(document.getElementById("cube").textContent);

// --- the plays of the period

// One record is plays of a day; with series, one that has no state, or no hour of the week.
function records() {
  if (cube.visits) {
    return cube.visits.map(([day, slot, state, plan, plays, user, session]) => ({ day, slot, state, plan, plays, user, session }));
  }
  return cube.series.flatMap(([slot, state, plan, byDay]) => byDay.map((plays, day) => ({ day, slot, state, plan, plays })))
    .filter((record) => record.plays);
}

const dates = Array.from({ length: cube?.days ?? 0 }, (_, day) => new Date(Date.parse(cube.first) + day * 864e5));
const dayName = (day) => dates[day].toISOString().slice(0, 10);
const weekdayOf = (day) => dates[day].getUTCDay();
const dayNumber = (name) => Math.round((Date.parse(name) - Date.parse(cube.first)) / 864e5);

// --- the filter, which the fragment of the address holds

const everything = () => ({ from: 0, to: cube.days - 1, plan: "", state: "", weekdays: "0123456" });
const isFiltered = (filter) => JSON.stringify(filter) !== JSON.stringify(everything());

function readFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  const filter = everything();
  const day = (name, other) => {
    const found = dayNumber(given.get(name) ?? "");
    return found >= 0 && found < cube.days ? found : other;
  };
  filter.from = day("from", filter.from);
  filter.to = Math.max(day("to", filter.to), filter.from);
  if (PLANS.includes(given.get("plan"))) filter.plan = given.get("plan");
  if (cube.states.includes(given.get("state"))) filter.state = given.get("state");
  if (/^[0-6]{1,7}$/.test(given.get("weekdays"))) filter.weekdays = given.get("weekdays");
  return filter;
}

function writeFragment(filter) {
  const usual = everything();
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== usual[name]) said.set(name, name === "from" || name === "to" ? dayName(value) : value);
  }
  history.replaceState(null, "", said.size ? "#" + said : location.pathname + location.search);
}

function describe(filter) {
  const usual = everything(), said = [];
  if (filter.from !== usual.from || filter.to !== usual.to) said.push(`${dayName(filter.from)} to ${dayName(filter.to)}`);
  if (filter.plan) said.push(`${filter.plan} plan`);
  if (filter.state) said.push(filter.state);
  if (filter.weekdays !== usual.weekdays) said.push([...filter.weekdays].map((day) => WEEKDAYS[day]).join(" "));
  return said;
}

// --- the figures of a filter

function count(plays, filter) {
  const hasWeekday = Array.from({ length: cube.days }, (_, day) => filter.weekdays.includes(weekdayOf(day)));
  const hasDay = hasWeekday.map((has, day) => has && day >= filter.from && day <= filter.to);
  const plan = PLANS.indexOf(filter.plan), state = cube.states.indexOf(filter.state);
  const figures = {
    days: Array.from({ length: cube.days }, () => [0, 0]), slots: new Array(168).fill(0), plays: 0, plans: [0, 0],
    users: new Set(), newUsers: new Set(), sessions: new Set(), usersOf: [new Set(), new Set()], sessionsOf: [new Set(), new Set()], usersIn: new Map(),
  };
  for (const record of plays) {
    if (filter.plan && record.plan !== plan) continue;
    const fits = hasDay[record.day];
    // Of series the hours have no state.
    if (record.slot >= 0 && fits && (!filter.state || record.state === state || record.state < 0)) figures.slots[record.slot] += record.plays;
    if (record.state < 0 || (filter.state && record.state !== state)) continue;
    // The chart keeps the days around the chosen ones, so that one can choose again.
    if (record.plan >= 0 && hasWeekday[record.day]) figures.days[record.day][record.plan] += record.plays;
    if (!fits) continue;
    figures.plays += record.plays;
    if (record.plan >= 0) figures.plans[record.plan] += record.plays;
    if (cube.visits) countUser(figures, record, hasDay);
  }
  return figures;
}

function countUser(figures, { user, session, plan, state }, hasDay) {
  figures.users.add(user);
  figures.sessions.add(session);
  if (hasDay[cube.first_days[user]]) figures.newUsers.add(user);
  if (plan >= 0) {
    figures.usersOf[plan].add(user);
    figures.sessionsOf[plan].add(session);
  }
  const name = cube.states[state];
  if (!figures.usersIn.has(name)) figures.usersIn.set(name, new Set());
  figures.usersIn.get(name).add(user);
}

// --- the charts

const shade = (value, most) => "q" + (most && value > 0 ? Math.ceil(SHADES * value / most) : 0);

function showLegend(section, most) {
  const [unit, ...items] = all(".shades li", section).reverse();
  items.forEach((item) => item.remove());
  for (let place = 0; place <= SHADES; place += 1) {
    const least = place ? Math.floor(most * (place - 1) / SHADES) + 1 : 0, last = Math.floor(most * place / SHADES);
    if (least > last) continue;
    const item = document.createElement("li"), mark = document.createElement("span");
    mark.className = "q" + place;
    item.append(mark, least === last ? number(least) : number(least) + "–" + number(last));
    unit.before(item);
  }
}

// The end and step of an axis: about four steps of 1, 2 or 5 times a power of ten.
function scale(most) {
  const rough = Math.max(most, 1) / 4, power = rough >= 1 ? 10 ** Math.floor(Math.log10(rough)) : 1;
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  return [Math.ceil(Math.max(most, 1) / step) * step, step];
}

function drawAxis(picture, ceiling, step, bottom, top) {
  all(".grid, text[text-anchor=end]", picture).forEach((part) => part.remove());
  const before = picture.querySelector(".column"), width = picture.viewBox.baseVal.width;
  for (let value = 0; value <= ceiling; value += step) {
    const y = bottom - (bottom - top) * value / ceiling;
    const line = document.createElementNS(picture.namespaceURI, "line"), text = document.createElementNS(picture.namespaceURI, "text");
    for (const [name, at] of Object.entries({ class: "grid", x1: 44, x2: width, y1: y, y2: y })) line.setAttribute(name, at);
    for (const [name, at] of Object.entries({ "text-anchor": "end", x: 36, y: y + 4 })) text.setAttribute(name, at);
    text.textContent = number(value);
    before.before(line, text);
  }
}

function showDays(figures, filter) {
  const [ceiling, step] = scale(Math.max(...figures.days.map(([paid, free]) => paid + free)));
  for (const picture of all("#plays_over_time svg")) {
    const bottom = picture.viewBox.baseVal.height - 28, top = 12;
    drawAxis(picture, ceiling, step, bottom, top);
    all(".column", picture).forEach((column, day) => {
      let y = bottom;
      for (const plan of ["free", "paid"]) {
        const bar = column.querySelector("." + plan), height = (bottom - top) * figures.days[day][PLANS.indexOf(plan)] / ceiling;
        y -= height;
        bar.setAttribute("y", y);
        bar.setAttribute("height", height);
      }
      const [paid, free] = figures.days[day];
      column.dataset.value = `${WEEKDAYS[weekdayOf(day)]} ${dayName(day)}: ${number(paid)} paid, ${number(free)} free`;
      column.classList.toggle("outside", day < filter.from || day > filter.to);
    });
  }
  PLANS.forEach((plan, place) => { document.querySelector(".key-" + plan).textContent = `${number(figures.plans[place])} ${plan}`; });
}

function showHours(figures) {
  const section = document.getElementById("plays_by_weekday_and_hour"), most = Math.max(...figures.slots);
  for (const picture of all("svg", section)) {
    all("rect", picture).forEach((cell, place) => {
      const weekday = (Math.floor(place / 24) + 1) % 7, hour = place % 24, plays = figures.slots[24 * weekday + hour];
      cell.setAttribute("class", shade(plays, most));
      cell.dataset.value = `${WEEKDAYS[weekday]} ${String(hour).padStart(2, "0")}:00: ${number(plays)} plays`;
    });
  }
  showLegend(section, most);
}

function showStates(figures, filter) {
  const listeners = (state) => figures.usersIn.get(state)?.size ?? 0;
  const section = document.getElementById("states"), tiles = all(".tile", section);
  const most = Math.max(0, ...tiles.map((tile) => listeners(tile.textContent)));
  for (const tile of tiles) {
    const state = tile.querySelector("text").textContent;
    tile.setAttribute("class", "tile " + shade(listeners(state), most) + (state === filter.state ? " chosen" : ""));
    tile.dataset.value = `${state}: ${number(listeners(state))} listeners`;
  }
  if (tiles.length) showLegend(section, most);
}

function showPlans(figures) {
  const sizes = (sets) => sets.map((set) => set.size);
  const measures = { plays: figures.plans };
  if (cube.visits) Object.assign(measures, { listeners: sizes(figures.usersOf), sessions: sizes(figures.sessionsOf) });
  for (const [name, [paid, free]] of Object.entries(measures)) {
    const row = document.querySelector(`#paid_and_free [data-measure=${name}]`);
    row.querySelector(".bar .paid").setAttribute("width", 100 * share(paid, paid + free));
    row.querySelector("b").textContent = percent(share(paid, paid + free));
  }
  if (!cube.visits) return;
  for (const row of all("#paid_and_free [data-plan]")) {
    const plan = PLANS.indexOf(row.dataset.plan);
    row.querySelector("dd").textContent = rounded(share(figures.plans[plan], figures.usersOf[plan].size), 1);
  }
}

function showKeys(figures) {
  const values = { plays: number(figures.plays), plays_by_paid_users: percent(share(figures.plans[0], figures.plays)) };
  if (cube.visits) {
    values.listeners = number(figures.users.size);
    values.new_listeners = number(figures.newUsers.size);
    values.sessions = number(figures.sessions.size);
    values.plays_per_listener = rounded(share(figures.plays, figures.users.size), 1);
  }
  for (const [name, value] of Object.entries(values)) document.querySelector(`[data-figure=${name}] .value`).textContent = value;
}

// --- the controls

const plays = cube ? records() : [];
const form = document.getElementById("filters");
let filter = cube && readFragment();

function showControls(figures) {
  form.elements.from.value = dayName(filter.from);
  form.elements.to.value = dayName(filter.to);
  form.elements.plan.value = filter.plan;
  form.elements.state.value = filter.state;
  all("[name=weekday]", form).forEach((box) => { box.checked = filter.weekdays.includes(box.value); });
  form.querySelector("[type=reset]").disabled = !isFiltered(filter);
  document.getElementById("shown").textContent = `${number(figures.plays)} ${figures.plays === 1 ? "play" : "plays"}`;
  document.body.classList.toggle("filtered", isFiltered(filter));
  document.getElementById("chosen").textContent = `Filtered: ${describe(filter).join(", ")}. Findings, funnel, rankings, retention and quality are of the whole period.`;
}

function show() {
  const figures = count(plays, filter);
  showControls(figures);
  showKeys(figures);
  showDays(figures, filter);
  showHours(figures);
  showPlans(figures);
  if (cube.visits) showStates(figures, filter);
}

function choose(changes) {
  filter = { ...filter, ...changes };
  writeFragment(filter);
  show();
}

function readControls() {
  const day = (name) => Math.min(Math.max(dayNumber(form.elements[name].value), 0), cube.days - 1);
  const from = day("from"), to = day("to");
  const weekdays = all("[name=weekday]:checked", form).map((box) => box.value).sort().join("");
  if (Number.isNaN(from + to) || !weekdays) return show();
  choose({ from: Math.min(from, to), to: Math.max(from, to), plan: form.elements.plan.value, state: form.elements.state.value, weekdays });
}

function brush(picture) {
  const dayAt = (event) => {
    const box = picture.getBoundingClientRect(), { width } = picture.viewBox.baseVal;
    const x = (event.clientX - box.left) * width / box.width - 44;
    return Math.min(Math.max(Math.floor(x / (width - 44) * cube.days), 0), cube.days - 1);
  };
  let begun = null;
  picture.addEventListener("pointerdown", (event) => { begun = dayAt(event); picture.setPointerCapture(event.pointerId); });
  picture.addEventListener("pointermove", (event) => {
    const day = dayAt(event);
    if (begun !== null) choose({ from: Math.min(begun, day), to: Math.max(begun, day) });
  });
  picture.addEventListener("pointerup", (event) => {
    // A day chosen alone, and clicked again, gives all days back.
    const day = dayAt(event);
    if (begun === day) choose(filter.from === day && filter.to === day ? { from: 0, to: cube.days - 1 } : { from: day, to: day });
    begun = null;
  });
  picture.addEventListener("pointercancel", () => { begun = null; });
}

function showValue(event) {
  const tip = document.getElementById("tip"), mark = event.target.closest?.("[data-value]");
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.dataset.value;
  const box = mark.getBoundingClientRect(), wide = tip.offsetWidth;
  tip.style.left = Math.min(Math.max(box.left + box.width / 2 - wide / 2, 4), innerWidth - wide - 4) + "px";
  tip.style.top = Math.max(box.top - tip.offsetHeight - 6, 4) + "px";
}

// --- a figure's table as CSV

function csvOf(table) {
  const cell = (each) => {
    const text = each.classList.contains("number") ? each.textContent.replaceAll(",", "") : each.textContent;
    // A spreadsheet would run what begins like a formula.
    const safe = !each.classList.contains("number") && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return all("tr", table).map((row) => all("th, td", row).map(cell).join(",") + "\r\n").join("");
}

function addButtons(details) {
  const table = details.querySelector("table"), name = details.closest("section").id;
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    details.querySelector("pre").after(made);
  };
  const copy = (text) => (made) => navigator.clipboard.writeText(text).then(() => { made.textContent = "Copied"; });
  if (table) {
    button("Download CSV", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
      link.download = name + ".csv";
      link.click();
      URL.revokeObjectURL(link.href);
    });
    if (navigator.clipboard) button("Copy data", (made) => copy(csvOf(table))(made));
  }
  if (navigator.clipboard) button("Copy SQL", copy(details.querySelector("pre").textContent));
}

function start() {
  const states = form.elements.state;
  for (const state of cube.states.filter(Boolean)) states.append(new Option(state, state));
  for (const name of ["from", "to"]) Object.assign(form.elements[name], { min: dayName(0), max: dayName(cube.days - 1) });
  form.addEventListener("change", readControls);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); choose(everything()); });
  all("#plays_over_time svg").forEach(brush);
  all(".tile").forEach((tile) => tile.addEventListener("click", () => {
    const state = tile.querySelector("text").textContent;
    if (cube.states.includes(state)) choose({ state: filter.state === state ? "" : state });
  }));
  all("svg title").forEach((title) => title.remove());  // the tip says it, on touch as well
  addEventListener("pointerover", showValue);
  addEventListener("pointerdown", showValue);
  addEventListener("scroll", () => { document.getElementById("tip").hidden = true; }, { passive: true });
  addEventListener("hashchange", () => { filter = readFragment(); show(); });
  form.hidden = false;
  show();
}

all("details").forEach(addButtons);
if (cube) start();
