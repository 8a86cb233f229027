// Wiring: nothing above runs before this.

let applied = null;

function apply() {
  applied = location.search;
  applyFilters();
  renderChanges();
}

function follow() {
  readQuery();
  apply();
  reveal();
}

let typing = null;

// A word that is being typed is one step back, not a step for each letter.
function change({ target }) {
  const typed = target.matches("[type=search], [type=number]") ? target : null;
  writeQuery(!typed || typing !== typed);
  typing = typed;
  apply();
}

function goBack() {
  if (location.search === applied) return;
  typing = null;
  readQuery();
  apply();
}

function swap() {
  const [from, to] = ["from", "to"].map((name) => controls.find((one) => one.name === name));
  [from.value, to.value] = [to.value, from.value];
  writeQuery(true);
  apply();
}

function reset() {
  for (const control of controls) {
    if (control.closest(".filters")) set(control, null);
  }
  writeQuery(true);
  apply();
}

function openComparison(event) {
  const link = event.target.closest?.("a[href^='?']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href"));
  follow();
}

document.documentElement.classList.add("js");
for (const form of document.querySelectorAll("[data-controls]")) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", change);
}
document.querySelector("[data-swap]").addEventListener("click", swap);
document.querySelector("[data-reset]").addEventListener("click", reset);
document.addEventListener("click", openComparison);
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target === gridDetails) openGrid();
    else if (event.target.open && event.target.matches(".question > details")) {
      linkRows(event.target);
    }
  },
  true,
);
grid.addEventListener("keydown", moveInGrid);
addEventListener("popstate", goBack);
addEventListener("hashchange", reveal);
follow();
if (!location.hash && chosenPair()) document.getElementById("compare").scrollIntoView();
