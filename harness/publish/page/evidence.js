// A cell that is linked to opens: its question, its row, and beneath it what the row has no room for.

function parseAnchor() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function findTarget() {
  return document.getElementById(location.hash.slice(1)) ?? document.getElementById(parseAnchor());
}

function reveal() {
  for (const more of document.querySelectorAll("tr.more")) joinBlock(more);
  const target = location.hash.length > 1 ? findTarget() : null;
  if (!target) return;
  for (let one = target; one; one = one.parentElement) {
    if (one.tagName === "DETAILS") one.open = true;
    one.hidden = false;
  }
  if (target.matches("article")) target.querySelector("details").open = true;
  if (target.matches(".cells tr")) explain(target);
  target.scrollIntoView({ block: target.matches("tr") ? "center" : "start" });
}

// Neighbours that show the same share the cells of the first of them.
function findBlock(row) {
  let first = row;
  while (first.cells.length === 1) first = first.previousElementSibling;
  return { first, values: [...first.cells].slice(1) };
}

// Divides a block behind a row, so that something can stand there; undone by joinBlock.
function divideBlock(row) {
  const { first, values } = findBlock(row);
  const whole = values[0].rowSpan;
  const above = row.rowIndex - first.rowIndex + 1;
  if (above === whole) return;
  const below = row.nextElementSibling;
  for (const cell of values) {
    const copy = cell.cloneNode(true);
    copy.rowSpan = whole - above;
    cell.rowSpan = above;
    below.append(copy);
  }
  below.dataset.divided = "1";
}

function joinBlock(more) {
  const below = more.nextElementSibling;
  const { values } = findBlock(more.previousElementSibling);
  if (below?.dataset.divided) {
    const whole = values[0].rowSpan + below.cells[1].rowSpan;
    while (below.cells.length > 1) below.cells[1].remove();
    for (const cell of values) cell.rowSpan = whole;
    delete below.dataset.divided;
  }
  more.remove();
}

function explain(row) {
  const table = row.closest("table");
  const { values } = findBlock(row);
  divideBlock(row);
  const across = table.tHead.rows[0].cells.length;
  const both = make("div", {}, listEvidence(row, table, values), listEnvironment(row));
  row.after(make("tr", { class: "more" }, make("td", { colspan: across }, both)));
}

function addTo(list, name, ...said) {
  list.append(make("div", {}, make("dt", {}, name), make("dd", {}, ...said)));
}

function listEvidence(row, table, values) {
  const list = make("dl", {});
  const article = row.closest("article");
  addTo(list, "Release", row.cells[0].textContent.trim());
  [...table.tHead.rows[0].cells].slice(1).forEach((head, place) => {
    const name = head.textContent.trim();
    const said = values[place].textContent.trim();
    const note = name === "Note" && article.querySelectorAll(".notes li")[Number(said) - 1];
    if (note) addTo(list, name, note.textContent.trim());
    else if (name !== "Note" && said !== "–") {
      addTo(list, head.className === "c" ? `${name} predicts` : name, said.split("\n").join(", "));
    }
  });
  const { measured } = table.caption.dataset;
  if (measured) addTo(list, "Measured", measured);
  const command = article.querySelector(".command").textContent;
  const [release] = row.id.split(":");
  const again = make("code", { class: "command" }, command.replace("RELEASE", release));
  addTo(list, "Measure it again", again);
  return list;
}

function listEnvironment(row) {
  const list = make("dl", {});
  const environment = document.getElementById(row.id.split(":")[0]);
  const names = [...environment.closest("table").tHead.rows[0].cells].slice(1);
  names.forEach((name, place) => {
    const nodes = [...environment.cells[place + 1].childNodes];
    addTo(list, name.textContent, ...nodes.map((node) => node.cloneNode(true)));
  });
  return list;
}

// Each row of an opened table names its own link; done late, since there are thousands.
function linkRows(details) {
  for (const head of details.querySelectorAll(".cells tbody > tr > th")) {
    if (!head.firstElementChild) {
      const link = make("a", { href: `#${head.parentElement.id}` });
      link.append(...head.childNodes);
      head.append(link);
    }
  }
}
