// How does the page stay fresh without being loaded again?
//
// It is fetched as any browser gets it, and what differs is changed in place: so what is
// being typed, where the keyboard is and how far a thread is scrolled all stay.
"use strict";

const EVERY_MS = 600;
let tag = "";
let latest = 0; // a slow answer must not undo a later one

function sameThing(here, wanted) {
  return here.nodeName === wanted.nodeName && (here.id || "") === (wanted.id || "");
}

function change(here, wanted) {
  if (here.isEqualNode(wanted)) return;
  if (here.nodeType !== Node.ELEMENT_NODE) {
    here.data = wanted.data;
    return;
  }
  for (const { name } of [...here.attributes]) {
    if (!wanted.hasAttribute(name)) here.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  changeInside(here, wanted);
  const chosen = here instanceof HTMLSelectElement && wanted.selectedIndex;
  if (chosen !== false && here !== document.activeElement) here.selectedIndex = chosen;
}

function changeInside(here, wanted) {
  let at = here.firstChild;
  for (const node of [...wanted.childNodes]) {
    // What has an id may have moved up, because what was before it is gone.
    const kept = node.id && [...here.childNodes].find((one) => one.id === node.id);
    while (kept && at !== kept && comesBefore(at, kept)) at = drop(at);
    if (at && sameThing(at, node)) {
      change(at, node);
      at = at.nextSibling;
    } else {
      here.insertBefore(document.importNode(node, true), at);
    }
  }
  while (at) at = drop(at);
}

function comesBefore(one, other) {
  return one && one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

async function show(answer, number) {
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
  const text = await answer.text();
  if (number < latest) return;
  latest = number;
  tag = answer.headers.get("ETag") || "";
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const name of ["state", "all"]) {
    change(document.getElementById(name), fresh.getElementById(name));
  }
}

function away(words) {
  const bar = document.getElementById("away");
  bar.hidden = !words;
  if (bar.textContent !== words) bar.textContent = words;
}

let asked = 0;

async function look() {
  try {
    const number = ++asked;
    const answer = await fetch("/", { headers: { "If-None-Match": tag } });
    if (answer.status !== 304) await show(answer, number);
    away("");
  } catch {
    away("The simulator does not answer. This page tries again by itself.");
  }
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, EVERY_MS);
}

const before = new WeakMap(); // the last text of each form: the next one waits for it

function post(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const box = form.querySelector("textarea");
  if (box) {
    if (!box.value.trim()) return;
    box.value = "";
  }
  const last = before.get(form) || Promise.resolve();
  before.set(form, last.then(() => send(form, body, box)));
}

async function send(form, body, box) {
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
    await look();
  } catch {
    if (box && !box.value) box.value = body.get("words");
    away("The simulator did not take that. Please try again.");
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  post(event.target, event.submitter);
});

// A select is its own button, and Enter sends, as on a phone.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[name=line]")) event.target.form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  const enters = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!enters || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.documentElement.classList.add("live");
keepLooking();
