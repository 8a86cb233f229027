// What changes between two releases: silent changes first, with how far a number moves.

const changes = document.getElementById("changes");

// The quotient of the shares of steps that are divided by; null where more than that differs.
function lossFactor(before, after, padding) {
  const [old, now] = [lookup.counted[before], lookup.counted[after]];
  if (!old || !now || old[0] !== now[0] || old[2] === now[2]) return null;
  return (old[1] + old[2] * padding) / (now[1] + now[2] * padding);
}

function listChanges(from, to) {
  const found = new Map(lookup.words.map(([name]) => [name, []]));
  const unknown = [];
  rows.forEach((row) => {
    const [before, after] = [outcome(row.place, from), outcome(row.place, to)];
    const grave = grade(before, after);
    if (grave === null) unknown.push(row);
    else if (grave) found.get(grave).push({ row, before, after });
  });
  const place = new Map(lookup.headlines.map((id, first) => [id, first - lookup.headlines.length]));
  const rank = (one) => place.get(one.row.id) ?? 0;
  for (const list of found.values()) list.sort((a, b) => rank(a) - rank(b));
  return { found, unknown };
}

function linkOutcome(row, release, said) {
  const href = `#${lookup.releases[release]}:${row.id}`;
  return make("a", { href, class: `chip ${said.shade}` }, said.says);
}

function changeRow({ row, before, after }, from, to, padding, name) {
  const title = row.article.querySelector("h4 a").textContent;
  const remedy = row.article.querySelector(".remedy").textContent;
  const factor = lossFactor(before.answer, after.answer, padding);
  const cells = [
    make("th", { scope: "row" }, make("a", { href: `#${row.id}` }, title)),
    make("td", {}, linkOutcome(row, from, before), " → ", linkOutcome(row, to, after)),
  ];
  if (name === "silent") {
    const said = factor === null ? "–" : `× ${factor.toFixed(2)}`;
    const kind = factor === null ? "number none" : "number";
    cells.push(make("td", { class: kind, "data-share": String(100 * padding) }, said));
  }
  cells.push(make("td", {}, remedy));
  return make("tr", {}, ...cells);
}

function changeTable(name, words, list, from, to, percent) {
  const heads = ["Question", "From → to", "What to do"];
  if (name === "silent") heads.splice(2, 0, `Value at ${percent} % padding`);
  const head = heads.map((text) => make("th", { scope: "col" }, text));
  const body = list.map((one) => changeRow(one, from, to, percent / 100, name));
  return make(
    "table",
    { class: `changes ${name}` },
    make("caption", {}, `${words} (${list.length})`),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}

let rendered = "";

function renderChanges() {
  const pair = chosenPair();
  const wanted = JSON.stringify([pair, read("padding")]);
  if (wanted === rendered) return;
  rendered = wanted;
  if (!pair) {
    changes.replaceChildren(make("p", { class: "fine" }, "Choose two releases to see what changes."));
    return;
  }
  const [from, to] = pair;
  const percent = Math.min(95, Math.max(0, Number(read("padding")) || 0));
  const { found, unknown } = listChanges(from, to);
  const total = [...found.values()].reduce((sum, list) => sum + list.length, 0);
  const silent = found.get("silent").length;
  const compared = rows.length - unknown.length;
  const said = compared
    ? `${total} of ${compared} questions compared have another outcome, ${silent} of them without an error.`
    : "Nothing can be compared.";
  const tables = lookup.words
    .filter(([name]) => found.get(name).length)
    .map(([name, words]) => changeTable(name, words, found.get(name), from, to, percent));
  const gaps = unknown.length ? [`Not compared, since a state is unknown: ${unknown.map((row) => row.id).join(", ")}.`] : [];
  const silence = silent ? ["– stands where the padded share alone does not tell."] : [];
  const notes = [...silence, ...gaps].map((text) => make("p", { class: "fine" }, text));
  changes.replaceChildren(make("p", { class: "sum" }, said), ...tables, ...notes);
}
