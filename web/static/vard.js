/* Comfort on top of pages that work without it. No dependencies; strings come from the templates. */
"use strict";

const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);
const pad = (number) => String(number).padStart(2, "0");
const clock = (moment) => `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
const typeable = (moment) =>
  `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}T${clock(moment)}`;

/* Parts of a form that do not fit what was chosen: hidden, and not sent. */
const answers = (form, name) => {
  const inputs = [...form.elements].filter((input) => input.name === name);
  if (inputs.length === 1 && inputs[0].type === "checkbox") return [inputs[0].checked ? "yes" : "no"];
  return inputs
    .filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked)
    .map((input) => input.value);
};

const fit = (form) => {
  each(form, "[data-shown-when]", (part) => {
    const cut = part.dataset.shownWhen.indexOf(":");
    const wanted = part.dataset.shownWhen.slice(cut + 1).split(",");
    const given = answers(form, part.dataset.shownWhen.slice(0, cut));
    part.hidden = !given.some((answer) => wanted.includes(answer));
  });
  each(form, ".form-part", (part) => {
    const fields = [...part.querySelectorAll(".form-part-fields > .form-field")];
    part.hidden = fields.length > 0 && fields.every((one) => one.hidden);
  });
  each(form, "[data-shown-when]", (part) => {
    each(part, "input, select, textarea", (input) => {
      input.disabled = Boolean(input.closest("[data-shown-when][hidden]"));
    });
  });
};

/* Rows that may be added and taken away. Numbers are never used again; an emptied row is sent empty. */
const addRow = (rows) => {
  const number = rows.dataset.rows++;
  const html = rows.querySelector("template").innerHTML.replaceAll("__n__", number);
  const holder = document.createElement("div");
  holder.innerHTML = html;
  each(holder, "[data-number]", (place) => (place.textContent = number + 1));
  const row = holder.firstElementChild;
  rows.querySelector("[data-add-row]").before(row);
  enliven(row);
  fit(rows.form);
  row.querySelector("input, select, textarea").focus();
};

const removeRow = (row) => {
  each(row, "input, select, textarea", (input) => {
    if (["radio", "checkbox"].includes(input.type)) input.checked = false;
    else input.value = "";
  });
  row.hidden = true;
};

const count = (counter) => {
  const input = document.getElementById(counter.dataset.counter);
  const left = counter.dataset.limit - input.value.length;
  counter.hidden = left > counter.dataset.limit * 0.2;
  counter.textContent = counter.dataset[left < 0 ? "over" : "under"].replace("%d", Math.abs(left));
  counter.classList.toggle("over", left < 0);
};

const times = {
  now: (moment) => moment,
  just: (moment) => new Date(moment - 20 * 60 * 1000),
  night: (moment) => {
    const night = new Date(moment);
    night.setHours(3, 0);
    return night > moment ? new Date(night.setDate(night.getDate() - 1)) : night;
  },
  yesterday: (moment) => new Date(moment.setDate(moment.getDate() - 1)),
};

/* What only works with this script is hidden until it has come. */
const enliven = (root) => {
  each(root, "[data-quick], [data-add-row], [data-remove-row]", (part) => (part.hidden = false));
  each(root, "[data-counter]", count);
};

/* A draft is kept on the server a second and a half after the last key. */
const say = (form, word, moment) => {
  const place = form.querySelector("[data-draft-state]");
  if (place) place.textContent = word ? place.dataset[word].replace("%s", clock(moment ?? new Date())) : "";
};

const save = async (form) => {
  clearTimeout(form.draftTimer);
  if (!form.dataset.dirty || form.dataset.sending) return;
  const typed = form.dataset.dirty;
  say(form, "saving");
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) return say(form, "loggedOut");
    if (!answer.ok) throw new Error(answer.status);
    if (form.dataset.dirty === typed) delete form.dataset.dirty;
    say(form, "saved");
  } catch {
    say(form, "failed");
    form.draftTimer = setTimeout(() => save(form), 10000);
  }
};

const changed = (form) => {
  form.dataset.dirty = Number(form.dataset.dirty ?? 0) + 1;
  if (!form.dataset.draft) return;
  clearTimeout(form.draftTimer);
  form.draftTimer = setTimeout(() => save(form), 1500);
};

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  fit(form);
  const counter = document.querySelector(`[data-counter="${event.target.id}"]`);
  if (counter) count(counter);
  if (form.matches("[data-draft], [data-guard]")) changed(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.time) {
    const input = document.getElementById(button.parentElement.dataset.quick);
    input.value = typeable(times[button.dataset.time](new Date()));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (button.matches("[data-add-row]")) addRow(button.closest("[data-rows]"));
  else if (button.matches("[data-remove-row]")) {
    const rows = button.closest("[data-rows]");
    removeRow(button.closest("[data-row]"));
    rows.querySelector("[data-add-row]").focus();
    if (button.form.matches("[data-draft], [data-guard]")) changed(button.form);
  } else if (button.matches("[data-print]")) window.print();
});

document.addEventListener("submit", (event) => {
  event.target.dataset.sending = "yes";
  clearTimeout(event.target.draftTimer);
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details[open].menu, details[open].why");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

window.addEventListener("beforeunload", (event) => {
  if (document.body.dataset.idle) return;
  if (document.querySelector("form[data-dirty]:not([data-sending])")) event.preventDefault();
});

/* The back button may show a page that was frozen while it was being sent. */
window.addEventListener("pageshow", () => each(document, "form", (form) => delete form.dataset.sending));

/* A shared phone left lying: keep the draft, then ask the server for the page; it answers with the login. */
const idleSeconds = Number(document.body.dataset.idleSeconds);
const LONGEST_WAIT = 2 ** 31 - 1; // milliseconds; a browser takes anything longer for no wait at all
if (idleSeconds) {
  let timer;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      document.body.dataset.idle = "yes";
      await Promise.all([...document.querySelectorAll("form[data-draft]")].map(save));
      window.location.reload();
    }, Math.min((idleSeconds + 5) * 1000, LONGEST_WAIT));
  };
  ["pointerdown", "keydown", "input", "scroll"].forEach((kind) =>
    window.addEventListener(kind, restart, { passive: true }),
  );
  restart();
}

enliven(document);
each(document, "form", fit);
document.getElementById("fel")?.focus();
