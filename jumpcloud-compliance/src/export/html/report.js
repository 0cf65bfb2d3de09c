"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(at(id).textContent);
  const PAGE = 50, PRINTED = 1000;

  // Names are only ever text: no markup is built from data anywhere in this script.
  const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  const shown = (text) => String(text).replace(HIDDEN,
    (c) => "[U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "]");
  const words = (code) => code.replaceAll("_", " ");
  const figure = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  const make = (tag, fields, ...children) => {
    const node = Object.assign(document.createElement(tag), fields);
    node.append(...children.filter((child) => child !== null && child !== ""));
    return node;
  };
  const bdi = (text, className) => make("bdi", { className: className || "" }, shown(text));
  const tag = (className, text) => make("span", { className: "tag " + className }, text);
  const head = (titles) => make("thead", {}, make("tr", {},
    ...titles.map((title) => make("th", { scope: "col" }, title))));

  const index = read("index");
  const { rules, subjects, reasons, kinds } = index;
  const total = index.subject.length;
  const STATUS = { fail: "Fail", fail_in_grace: "Fail, in grace", unknown: "Unknown", exempt: "Exempt", pass: "Pass", not_applicable: "Not applicable" };
  const capital = (word) => word[0].toUpperCase() + word.slice(1);

  // One entry a finding, in the order of the evaluation.
  const rule = new Uint16Array(total), place = new Uint32Array(total);
  const status = new Uint8Array(total), severity = new Uint8Array(total);
  {
    let row = 0;
    rules.forEach((own, number) => {
      for (let n = 0; n < own.findings; n += 1, row += 1) { rule[row] = number; place[row] = n; }
    });
    for (row = 0; row < total; row += 1) {
      status[row] = index.status.charCodeAt(row) - 48;
      severity[row] = index.severity.charCodeAt(row) - 48;
    }
  }
  const nameOf = (subject) => subject[2] || subject[3] || subject[1];
  const lower = (...texts) => texts.filter(Boolean).join("\n").toLowerCase();
  const texts = {
    subject: subjects.map(([kind, ...own]) => lower(kinds[kind], ...own)),
    rule: rules.map((own) => lower(own.id, own.title)),
    reason: reasons.map(([code, text]) => lower(code, text)),
  };
  const byId = new Map(subjects.map((subject) => [kinds[subject[0]] + " " + subject[1], subject]));

  // What is shown lives in the address, so that a view can be kept, sent and gone back to.
  const DEFAULTS = { q: "", status: "fail", severity: "any", kind: "any", rule: "any", control: "any", order: "severity", page: "1", finding: "" };
  let state = { ...DEFAULTS }, matches = [];
  const parse = (hash) => {
    const given = new URLSearchParams(hash);
    return Object.fromEntries(Object.entries(DEFAULTS).map(([name, own]) => [name, given.get(name) ?? own]));
  };
  const address = () => {
    const kept = Object.entries(state).filter(([name, value]) => value !== DEFAULTS[name]);
    // An address without a filter still leads to the list.
    return "#" + (new URLSearchParams(kept).toString() || "status=fail");
  };

  const choose = (id, options) => {
    const select = at(id);
    for (const [value, text] of options) select.append(new Option(text, value));
    select.addEventListener("change", () => change({ [id]: select.value }));
  };
  const graded = new Set(severity);
  const grades = index.severities.filter((_, number) => graded.has(number)).reverse();
  choose("status", [["any", "Any"], ["open", "Fail or unknown"], ...Object.entries(STATUS)]);
  choose("severity", [["any", "Any"], ...grades.map((word) => [word, capital(word)])]);
  choose("kind", [["any", "Any"], ...kinds.map((word) => [word, capital(word)])]);
  choose("rule", [["any", "Any"], ...rules.map((own) => [own.id, own.id + " " + own.title])]);
  choose("control", [["any", "Any"], ...[...new Set(rules.flatMap((own) => own.controls.map(([f, c]) => f + ":" + c)))].sort().map((name) => [name, name])]);
  choose("order", [["severity", "Severity"], ["rule", "Rule"], ["subject", "Subject"]]);

  const filter = () => {
    const asked = (word) => (word === "any" ? -1 : word);
    const wanted = asked(state.status), grade = asked(state.severity), kind = asked(state.kind);
    const open = new Set(["fail", "fail_in_grace", "unknown"]);
    const statusHit = index.statuses.map((word) => wanted === -1 || (wanted === "open" ? open.has(word) : word === wanted));
    const gradeHit = index.severities.map((word) => grade === -1 || word === grade);
    const ruleHit = rules.map((own) => (state.rule === "any" || own.id === state.rule)
      && (state.control === "any" || own.controls.some(([f, c]) => f + ":" + c === state.control)));
    const subjectHit = subjects.map((own) => kind === -1 || kinds[own[0]] === kind);
    const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean).map((term) => ({
      subject: texts.subject.map((text) => text.includes(term)),
      rule: texts.rule.map((text) => text.includes(term)),
      reason: texts.reason.map((text) => text.includes(term)),
      term,
    }));
    const part = (row, term) => row in index.parts && index.parts[row].toLowerCase().includes(term);
    matches = [];
    for (let row = 0; row < total; row += 1) {
      const own = index.subject[row];
      if (statusHit[status[row]] && gradeHit[severity[row]] && ruleHit[rule[row]] && subjectHit[own]
        && terms.every((hit) => hit.subject[own] || hit.rule[rule[row]] || hit.reason[index.reason[row]] || part(row, hit.term))) {
        matches.push(row);
      }
    }
    if (state.order === "severity") matches.sort((a, b) => severity[b] - severity[a] || a - b);
    if (state.order === "subject") {
      const names = subjects.map((own) => nameOf(own).toLowerCase());
      const rank = new Uint32Array(subjects.length);
      names.map((_, n) => n).sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b))
        .forEach((n, order) => { rank[n] = order; });
      matches.sort((a, b) => rank[index.subject[a]] - rank[index.subject[b]] || a - b);
    }
  };

  const chunks = new Map();
  const chunkOf = (number) => {
    if (!chunks.has(number)) chunks.set(number, read("evidence-" + number));
    return chunks.get(number);
  };
  const bytes = (text, from, length) => {
    // Base64 goes by three bytes: read the groups that hold the wanted ones.
    const skip = from % 3, start = ((from - skip) / 3) * 4;
    const end = Math.ceil((from + length) / 3) * 4;
    return atob(text.slice(start, end)).slice(skip, skip + length);
  };
  const hex = (binary) => [...binary].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const idOf = (row) => hex(bytes(chunkOf(rule[row]).ids, place[row] * 16, 16))
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  const value = (value) => {
    if (value === null) return "";
    if (Array.isArray(value)) return "[" + value.map((own) => JSON.stringify(own)).join(", ") + "]";
    return String(value);
  };
  const table = (label, titles, rows) => make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: label },
    make("table", {}, head(titles), make("tbody", {}, ...rows.map((cells) => make("tr", {},
      ...cells.map((cell) => make("td", {}, cell instanceof Node ? cell : bdi(cell, "cell"))))))));
  const fact = (name, content) => make("div", {}, make("dt", {}, name),
    make("dd", { className: "long" }, content instanceof Node ? content : bdi(content)));

  const detail = (row) => {
    const own = rules[rule[row]], subject = subjects[index.subject[row]];
    const chunk = chunkOf(rule[row]);
    const [[parameters, inputs, tables, person], seen, extra = {}] = chunk.rows[place[row]];
    const observations = [];
    for (let n = 0; n < seen.length; n += 4) {
      const [path, source, presence, redaction, raw] = chunk.atoms[seen[n]];
      const record = seen[n + 1] === 0 ? "" : seen[n + 1] === 1 ? subject[1] : chunk.records[seen[n + 1] - 2];
      const time = (number) => (number === 0 ? "" : chunk.times[number - 1]);
      const met = presence === "present" ? "" : presence;
      observations.push([make("code", {}, shown(path)), met || value(raw), redaction === "none" ? "" : redaction,
        source, record, time(seen[n + 2]), time(seen[n + 3])]);
    }
    const who = person === 0 ? null : chunk.people[person - 1];
    const known = who && who[0] !== null ? byId.get("user " + who[0]) : undefined;
    const facts = [
      fact("Subject", nameOf(subject)),
      fact("Identifier", make("code", {}, shown(subject[1]))),
      subject[3] ? fact("Serial, e-mail or user name", subject[3]) : null,
      who ? fact("Who has to act", (known ? nameOf(known) : who[0] || "nobody found") + " (" + words(who[1]) + ")") : null,
      extra.cause ? fact("Why it is unknown", words(extra.cause)) : null,
      extra.failing_since ? fact("Failing at least since", extra.failing_since) : null,
      extra.grace_until ? fact("In grace until", extra.grace_until) : null,
      extra.waiver ? fact("Accepted by waiver", extra.waiver) : null,
      extra.notes ? fact("Notes", extra.notes.join(", ")) : null,
      fact("Controls", own.controls.map(([f, c]) => f + " " + c).join(", ") || "none"),
    ];
    const values = Object.entries(chunk.parameters[parameters]).map(([name, own]) => [name, value(own)]);
    const read = chunk.inputs[inputs].map(([code, object, state, reason]) =>
      [make("code", {}, shown(code)), object === null ? "" : object === 1 ? subject[1] : object, words(state), reason ? words(reason) : ""]);
    return make("td", { colSpan: 6 },
      make("h3", {}, "What to do"), make("p", {}, own.remedy || "See the rule."),
      make("h3", {}, "Why it matters"), make("p", {}, own.why), make("p", { className: "sub" }, "Judged: " + own.applies + "."),
      make("dl", { className: "facts" }, ...facts.filter(Boolean)),
      make("h3", {}, "Evidence"),
      observations.length ? table("Evidence", ["Field", "Value", "Redaction", "Input", "Record", "Read at", "Collected at"], observations)
        : make("p", {}, "No value was read: the verdict rests on the inputs below."),
      extra.overflow ? make("p", {}, figure(extra.overflow[0]) + " more values; digest of the full list " + extra.overflow[1]) : null,
      read.length ? table("Inputs", ["Input", "Object", "State", "Reason"], read) : null,
      values.length ? table("Limits", ["Parameter", "Value"], values) : null,
      ...chunk.tables[tables].map((own) => make("p", { className: "sub" }, "Table " + own.name + " as of " + own.as_of + ", " + own.digest)),
      make("dl", { className: "facts" },
        fact("Finding", make("code", {}, idOf(row))),
        fact("Rule and logic version", own.id + ", version " + own.logic_version),
        fact("Digest of the evidence", make("code", {}, "sha256:" + hex(bytes(chunk.digests, place[row] * 32, 32))))));
  };

  const line = (row) => {
    const own = rules[rule[row]], subject = subjects[index.subject[row]];
    const [code, text] = reasons[index.reason[row]], part = index.parts[row];
    const button = make("button", { type: "button", className: "more", ariaExpanded: "false" }, "Evidence");
    button.setAttribute("aria-label", "Evidence: " + own.id + ", " + shown(nameOf(subject)).slice(0, 80));
    const word = index.severities[severity[row]], result = index.statuses[status[row]];
    const tr = make("tr", {},
      make("td", {}, tag("v-" + word, capital(word))),
      make("td", {}, tag("s-" + result, STATUS[result])),
      make("td", {}, make("code", {}, own.id), " ", make("span", { className: "sub" }, own.title)),
      make("th", { scope: "row" }, bdi(nameOf(subject), "name"),
        make("span", { className: "sub" }, capital(kinds[subject[0]]), part ? make("span", {}, ", ", bdi(part)) : "",
          subject[3] && subject[3] !== nameOf(subject) ? make("span", {}, ", ", bdi(subject[3])) : "")),
      make("td", {}, make("span", { title: code }, capital(text || words(code)))),
      make("td", {}, button));
    button.addEventListener("click", () => {
      const open = button.ariaExpanded === "true";
      if (open) tr.nextElementSibling.remove();
      else tr.after(make("tr", { className: "detail" }, detail(row)));
      button.ariaExpanded = String(!open);
      state.finding = open ? "" : own.id + ":" + idOf(row);
      history.replaceState(null, "", address());
    });
    return tr;
  };

  // Rows page by page, with a pager that the keyboard reaches.
  const pager = (page, pages, go, label) => {
    const button = (text, target) => {
      const node = make("button", { type: "button", disabled: target < 1 || target > pages || target === page }, text);
      node.addEventListener("click", () => go(target));
      return node;
    };
    return make("nav", { className: "pager", ariaLabel: label }, button("First", 1), button("Previous", page - 1),
      make("span", {}, "Page " + figure(page) + " of " + figure(pages)), button("Next", page + 1), button("Last", pages));
  };

  const draw = (size = PAGE) => {
    const pages = Math.max(1, Math.ceil(matches.length / size));
    // The rule before the identifier saves reading the evidence of every other rule.
    const [id, of] = state.finding.split(":").reverse();
    const wanted = id ? matches.findIndex((row) => (!of || rules[rule[row]].id === of) && idOf(row) === id) : -1;
    const page = wanted >= 0 ? Math.floor(wanted / size) + 1 : Math.min(pages, Math.max(1, Number.parseInt(state.page, 10) || 1));
    const from = (page - 1) * size, rows = matches.slice(from, from + size);
    const lines = rows.map(line);
    at("result").textContent = matches.length === 0 ? "No finding matches."
      : figure(matches.length) + " of " + figure(total) + " findings" + (pages > 1 ? ", " + figure(from + 1) + " to " + figure(from + rows.length) + " shown" : "") + ".";
    at("list").replaceChildren(...(rows.length === 0 ? [] : [
      make("table", {}, make("caption", { className: "hidden" }, "Findings"),
        head(["Severity", "Status", "Rule", "Subject", "Reason", make("span", { className: "hidden" }, "Evidence")]), make("tbody", {}, ...lines)),
      pages > 1 ? pager(page, pages, (target) => change({ page: String(target) }, true), "Pages of findings") : "",
    ]).filter(Boolean));
    if (wanted >= 0) lines[wanted - from].querySelector("button").click();
  };

  const show = () => {
    for (const name of ["q", "status", "severity", "kind", "rule", "control", "order"]) {
      at(name).value = state[name];
    }
    filter();
    draw();
  };
  const change = (given, keep) => {
    state = { ...state, finding: "", page: keep ? state.page : "1", ...given };
    history.replaceState(null, "", address());
    show();
  };
  // A link such as #status=fail&rule=JC-DEV-001 sets the filter; a plain anchor leaves it alone.
  const follow = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return false;
    state = parse(hash);
    show();
    at("findings").scrollIntoView();
    at("findings-title").focus({ preventScroll: true });
    return true;
  };

  let typing = 0;
  at("q").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => change({ q: at("q").value }), 120);
  });
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("reset").addEventListener("click", () => change({ ...DEFAULTS }));
  at("filters").hidden = false;
  window.addEventListener("hashchange", follow);
  if (!follow()) show();

  // Other long tables: filled when they are opened.
  for (const node of document.querySelectorAll("details[data-table]")) {
    node.addEventListener("toggle", () => {
      if (!node.open || node.querySelector(".body")) return;
      const { columns, rows } = read("table-" + node.dataset.table);
      const body = make("div", { className: "body" }), name = node.querySelector("summary").textContent;
      const input = make("input", { type: "search", placeholder: "Search", ariaLabel: "Search in: " + name });
      const list = make("div", {});
      let found = rows, page = 1;
      const fill = () => {
        const pages = Math.max(1, Math.ceil(found.length / PAGE)), from = (page - 1) * PAGE;
        list.replaceChildren(table(name, columns.map((column) => capital(words(column))), found.slice(from, from + PAGE)),
          make("p", { className: "sub", role: "status" }, figure(found.length) + " of " + figure(rows.length) + " rows"),
          ...(pages > 1 ? [pager(page, pages, (target) => { page = target; fill(); }, "Pages of: " + name)] : []));
      };
      input.addEventListener("input", () => {
        const terms = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        found = rows.filter((row) => { const text = row.join("\n").toLowerCase(); return terms.every((term) => text.includes(term)); });
        page = 1;
        fill();
      });
      body.append(make("div", { className: "tools" }, input), list);
      node.append(body);
      fill();
    });
  }

  const theme = at("theme"), themes = ["auto", "light", "dark"];
  const paint = (name) => {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Theme: " + name;
  };
  const kept = (name) => {
    // Browsers may refuse to keep anything for a file.
    try {
      if (name) localStorage.setItem("theme", name);
      return localStorage.getItem("theme");
    } catch { return name; }
  };
  let chosen = themes.includes(kept()) ? kept() : "auto";
  paint(chosen);
  theme.hidden = false;
  theme.addEventListener("click", () => {
    chosen = themes[(themes.indexOf(chosen) + 1) % themes.length];
    kept(chosen);
    paint(chosen);
  });

  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.framework").forEach((node) => { node.open = true; });
    draw(PRINTED);
  });
  window.addEventListener("afterprint", () => draw());
})();
