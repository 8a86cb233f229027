"use strict";
// The state of the page is its query string, so that a view can be linked and Back works.

const lookup = JSON.parse(document.getElementById("lookup").textContent);
const controls = [...document.querySelectorAll("[data-controls] :is(input, select)")];
const defaults = new Map(controls.map((control) => [control.name, control.defaultValue ?? ""]));

function read(name) {
  const control = controls.find((one) => one.name === name);
  if (control.type === "checkbox") return control.checked;
  return control.value.trim();
}

function set(control, value) {
  if (control.type === "checkbox") {
    control.checked = value === control.value;
    return;
  }
  control.value = value ?? defaults.get(control.name);
  // "2.10.1" may stand for tf-2.10.1; a name that is no option, or no number, is none.
  if (control.tagName === "SELECT" && control.selectedIndex < 0) control.value = `tf-${value}`;
  if (control.tagName === "SELECT" && control.selectedIndex < 0) control.value = "";
  if (control.type === "number" && !(control.value && control.validity.valid)) {
    control.value = defaults.get(control.name);
  }
}

function readQuery() {
  const query = new URLSearchParams(location.search);
  for (const control of controls) set(control, query.get(control.name));
}

function writeQuery(isNew) {
  const query = new URLSearchParams();
  for (const control of controls) {
    const value = control.type === "checkbox" ? (control.checked ? "1" : "") : control.value.trim();
    if (value && (control.type === "checkbox" || value !== defaults.get(control.name))) {
      query.set(control.name, value);
    }
  }
  const url = new URL(location.href);
  url.search = query.toString();
  url.hash = "";
  if (url.href === location.href) return;
  history[isNew ? "pushState" : "replaceState"](null, "", url);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function outcome(question, release) {
  const [shade, says, status, answer] = lookup.outcomes[lookup.cells[question][release]];
  return { shade, says, status, answer };
}

// How grave it is that two outcomes differ; "" where they do not, null where one is not known.
function grade(before, after) {
  const found = lookup.grades[before.status]?.[after.status];
  if (!found) return null;
  return before.status === after.status && before.answer === after.answer ? "" : found;
}
