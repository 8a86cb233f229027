// The full grid: one stop of the Tab key, arrows from cell to cell, and the filters, when it is open.

const grid = document.querySelector("table.grid");
const gridDetails = grid.closest("details");
const lines = [...grid.querySelectorAll("tbody tr:not(.group)")];
const groups = new Map(lines.map((line) => [line, line.parentElement.rows[0]]));
const AT_ONCE = 10;
let shownColumns = null;
let waiting = 0;

// Thousands of cells take a while to lay out: what is seen first comes at once, the rest follows.
function filterGrid(tag) {
  cancelAnimationFrame(waiting);
  if (!gridDetails.open) return;
  const shown = new Set(rows.filter((row) => !row.article.hidden).map((row) => row.place));
  const chosen = lines.filter((line, place) => shown.has(place));
  lines.forEach((line, place) => {
    if (shownColumns !== tag || !shown.has(place)) line.hidden = true;
  });
  const needed = new Set(chosen.map((line) => groups.get(line)));
  for (const group of groups.values()) if (!needed.has(group)) group.hidden = true;
  showColumns(grid.tHead.rows[0], tag);
  shownColumns = tag;
  showLines(chosen, tag);
}

function showLines(chosen, tag) {
  for (const line of chosen.slice(0, AT_ONCE)) {
    showColumns(line, tag);
    line.hidden = false;
    groups.get(line).hidden = false;
  }
  const rest = chosen.slice(AT_ONCE);
  if (rest.length) waiting = requestAnimationFrame(() => showLines(rest, tag));
}

function showColumns(line, tag) {
  if (line.dataset.tag === tag || (!tag && !line.dataset.tag)) return;
  line.dataset.tag = tag;
  const tagged = new Set(lookup.tags[tag] ?? lookup.releases.keys());
  lookup.releases.forEach((_, release) => {
    line.cells[release + 1].hidden = !tagged.has(release);
  });
}

function openGrid() {
  if (!gridDetails.open) return;
  if (!grid.querySelector("[tabindex='0']")) {
    const links = [...grid.querySelectorAll("td a")];
    links.forEach((link, place) => link.setAttribute("tabindex", place ? "-1" : "0"));
  }
  filterGrid(read("series"));
}

function moveInGrid(event) {
  const cell = event.target.closest("td");
  if (!cell) return;
  const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!across && !down) return;
  event.preventDefault();
  const place = cell.cellIndex;
  let next = cell;
  if (across) {
    const step = across < 0 ? "previousElementSibling" : "nextElementSibling";
    do next = next[step]; while (next?.hidden);
  } else {
    const shown = lines.filter((line) => !line.hidden);
    next = shown[shown.indexOf(cell.parentElement) + down]?.cells[place];
  }
  const link = next?.tagName === "TD" ? next.querySelector("a") : null;
  if (!link) return;
  event.target.setAttribute("tabindex", "-1");
  link.setAttribute("tabindex", "0");
  link.focus();
}
