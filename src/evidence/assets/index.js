
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const SHOWN = 200;
const [ID, CONTROL, ACCOUNT, REGION, TYPE, RESOURCE, VERDICT, STATUS, REASON, FILE] = data.columns.keys();
const colors = { PASS: "good", FAIL: "bad", ERROR: "warn", met: "good", failing: "bad", "could not be evaluated": "warn" };
const main = document.getElementById("main"), query = document.getElementById("query"), verdict = document.getElementById("verdict");

// Texts go in as text, never as markup.
function make(tag, text, kind) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}
function word(text) { return make("span", text, "word " + (colors[text] || "dim")); }
function link(text, path) {
  const a = make("a", text);
  a.href = path.split("/").map(encodeURIComponent).join("/");
  return a;
}
function findingView(row) {
  const view = make("div", undefined, "finding"), first = make("p"), second = make("p", undefined, "dim");
  first.append(word(row[VERDICT]), make("span", row[RESOURCE]));
  if (row[STATUS]) first.append(make("span", " " + row[STATUS], "dim"));
  second.append(row[CONTROL] + " · " + [row[ACCOUNT], row[REGION], row[TYPE]].join(" · ") + " · finding ");
  second.append(make("code", row[ID].slice(0, 12)), " · ");
  second.append(row[FILE] ? link("what was read", row[FILE]) : "no document: the resource could not be listed");
  view.append(first);
  if (row[REASON]) view.append(make("p", row[REASON]));
  view.append(second);
  return view;
}
function findingsView(rows) {
  const view = make("div");
  const more = from => {
    rows.slice(from, from + SHOWN).forEach(row => view.append(findingView(row)));
    if (rows.length > from + SHOWN) {
      const button = make("button", "show more (" + (rows.length - from - SHOWN) + ")");
      button.addEventListener("click", () => { button.remove(); more(from + SHOWN); });
      view.append(button);
    }
  };
  more(0);
  return view;
}
// What is inside is made when somebody looks.
function fold(summary, fill) {
  const details = make("details"), head = make("summary");
  head.append(...summary);
  details.append(head);
  details.addEventListener("toggle", () => { if (details.open && details.childElementCount === 1) fill(details); }, { once: true });
  return details;
}
const byControl = new Map();
for (const row of data.findings) {
  if (!byControl.has(row[CONTROL])) byControl.set(row[CONTROL], []);
  byControl.get(row[CONTROL]).push(row);
}
function controlView(id) {
  const control = data.controls[id], rows = byControl.get(id) || [];
  const failing = rows.filter(row => row[VERDICT] === "FAIL").length, errors = rows.filter(row => row[VERDICT] === "ERROR").length;
  const state = !control ? "did not run" : failing ? "FAIL" : errors ? "ERROR" : "PASS";
  const title = make("span", id + " " + (control ? control.title : ""));
  return fold([word(rows.length || !control ? state : "no resource"), title, make("span", " " + rows.length + " findings", "dim")],
    details => details.append(findingsView(rows)));
}
function frameworkView(framework) {
  const section = make("section");
  section.append(make("h2", framework.title + " (" + framework.id + ")"));
  for (const requirement of framework.requirements) {
    section.append(fold([make("strong", requirement.id), word(requirement.status), make("span", requirement.title)], details => {
      requirement.reasons.forEach(reason => details.append(make("p", reason, "dim")));
      if (!requirement.controls.length) details.append(make("p", "No control looks at this requirement.", "dim"));
      requirement.controls.forEach(id => details.append(controlView(id)));
    }));
  }
  return section;
}
const haystack = data.findings.map(row => {
  const control = data.controls[row[CONTROL]];
  return [...row, control ? control.title : "", ...(control ? control.requirements : [])].join("\n").toLowerCase();
});
function show() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean), wanted = verdict.value;
  if (!words.length && !wanted) {
    main.replaceChildren(...data.frameworks.map(frameworkView));
    if (!data.frameworks.length) main.append(...Object.keys(data.controls).map(controlView));
    document.getElementById("count").textContent = data.findings.length + " findings of " + Object.keys(data.controls).length + " controls";
    return;
  }
  const rows = data.findings.filter((row, index) =>
    (!wanted || row[VERDICT] === wanted) && words.every(text => haystack[index].includes(text)));
  document.getElementById("count").textContent = rows.length + " of " + data.findings.length + " findings";
  main.replaceChildren(findingsView(rows));
}
document.getElementById("title").textContent = "Evidence of " + data.organisation;
document.getElementById("about").append("Up to " + data.as_of + " · ", link("report", "report/evidence-report.pdf"), " · ",
  link("README", "README.md"), " · ", link("manifest", "manifest.json"));
for (const text of [...new Set(data.findings.map(row => row[VERDICT]))].sort()) {
  const option = make("option", text);
  option.value = text;
  verdict.append(option);
}
let timer;
query.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
verdict.addEventListener("change", show);
document.getElementById("search").addEventListener("submit", event => { event.preventDefault(); show(); });
show();
