// Which questions are shown, and along which series.

const rows = lookup.questions.map((id, place) => {
  const article = document.getElementById(id);
  const about = [article.querySelector("h4"), article.querySelector(".about")];
  const texts = [id, ...about.map((one) => one.textContent)];
  const pieces = [...article.querySelectorAll(".strip b")].map((one) => one.textContent);
  return {
    id,
    place,
    article,
    shown: article.querySelector(".shown"),
    scenario: article.closest("[data-scenario]").dataset.scenario,
    text: [...texts, ...pieces].join(" ").toLowerCase(),
  };
});
const main = new Map(rows.map((row) => [row, row.shown.firstElementChild]));

function chosenPair() {
  const pair = [read("from"), read("to")].map((name) => lookup.releases.indexOf(name));
  return pair.includes(-1) ? null : pair;
}

function fits(row, words, scenario, pair) {
  if (scenario && row.scenario !== scenario) return false;
  if (pair && !grade(outcome(row.place, pair[0]), outcome(row.place, pair[1]))) return false;
  return words.every((word) => row.text.includes(word));
}

function showSeries(tag) {
  const series = lookup.shown[tag];
  const tagged = new Set(lookup.tags[tag]);
  for (const row of rows) {
    const all = [main.get(row), ...row.article.querySelectorAll(".others .strip")];
    const chosen = all.find((one) => one?.dataset.series === series) ?? all[0];
    if (!chosen) continue;
    const strip = chosen.cloneNode(true);
    if (tag) {
      const members = lookup.series[strip.dataset.series] ?? [];
      let start = 0;
      for (const piece of strip.children) {
        const width = Number(piece.className.match(/\bw(\d+)/)[1]);
        const covered = members.slice(start, start + width);
        piece.hidden = !covered.some((release) => tagged.has(release));
        start += width;
      }
    }
    row.shown.replaceChildren(strip);
  }
}

let shownTag = "";

function applyFilters() {
  const words = read("q").toLowerCase().split(/\s+/).filter(Boolean);
  const [scenario, tag, pair] = [read("scenario"), read("series"), chosenPair()];
  const differs = read("differs") && pair;
  let count = 0;
  for (const row of rows) {
    const shown = fits(row, words, scenario, differs ? pair : null);
    row.article.hidden = !shown;
    count += shown;
  }
  for (const section of document.querySelectorAll("[data-scenario]")) {
    section.hidden = !section.querySelector(".question:not([hidden])");
  }
  if (tag !== shownTag) showSeries(tag);
  shownTag = tag;
  document.querySelector("[name=shown]").textContent = `${count} of ${rows.length} questions`;
  document.querySelector("[data-nothing]").hidden = count > 0;
  sayPair(pair);
  filterGrid(tag);
}

function sayPair(pair) {
  const box = controls.find((one) => one.name === "differs");
  box.disabled = !pair;
  const [before, after] = ["from", "to"].map((name) => {
    const select = controls.find((one) => one.name === name);
    return select.selectedOptions[0]?.textContent.replace(/^tf-/, "");
  });
  document.querySelector("[data-differs]").textContent = pair
    ? `Only what differs between ${before} and ${after}`
    : "Only what differs (choose two releases above)";
}
