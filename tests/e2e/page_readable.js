// Everything is opened first, so that everything is looked at.
const faults = [];
for (const node of page.querySelectorAll("details")) node.open = true;
await wait(500);
page.querySelector("#list .more").click();
await wait(200);

for (const [what, count] of [["main", 1], ["header", 1], ["footer", 1], ["h1", 1]]) {
  if (page.querySelectorAll(what).length !== count) faults.push(`${what}: not ${count}`);
}
let level = 0;
for (const node of page.querySelectorAll("h1, h2, h3, h4")) {
  const own = Number(node.tagName[1]);
  if (own > level + 1) faults.push(`heading ${node.textContent} after level ${level}`);
  level = own;
}
for (const node of page.querySelectorAll("th")) if (!node.scope) faults.push(`th without scope: ${node.textContent}`);
for (const node of page.querySelectorAll("nav, section, [role=region]")) {
  const by = node.getAttribute("aria-labelledby");
  if (!node.getAttribute("aria-label") && !(by && page.getElementById(by))) faults.push(`no name: ${node.outerHTML.slice(0, 80)}`);
}
for (const node of page.querySelectorAll("input, select")) {
  if (!node.labels.length && !node.getAttribute("aria-label")) faults.push(`no label: ${node.outerHTML.slice(0, 80)}`);
}
for (const node of page.querySelectorAll("svg")) if (node.getAttribute("role") !== "img" || !node.getAttribute("aria-label")) faults.push("svg without words");
for (const node of page.querySelectorAll("button, a[href]")) if (!node.textContent.trim()) faults.push(`nothing to read: ${node.outerHTML.slice(0, 80)}`);
const ids = [...page.querySelectorAll("[id]")].map((node) => node.id);
if (new Set(ids).size !== ids.length) faults.push("an id is there twice");
for (const node of page.querySelectorAll('a[href^="#"]')) {
  const to = node.getAttribute("href").slice(1);
  if (!to.includes("=") && !page.getElementById(to)) faults.push(`leads nowhere: ${to}`);
}

// Contrast of every text with what is behind it: 4.5 to 1, 3 to 1 for large text.
const parts = (text) => {
  const numbers = text.match(/[\d.]+/g).map(Number);
  const scaled = text.startsWith("color(") ? numbers.slice(0, 3).map((n) => n * 255) : numbers.slice(0, 3);
  return [...scaled, numbers[3] ?? 1];
};
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((n) => (n / 255 <= 0.03928 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const behind = (node) => {
  for (let own = node; own; own = own.parentElement) {
    const colour = parts(view.getComputedStyle(own).backgroundColor);
    if (colour[3] > 0) return colour;
  }
  return [255, 255, 255, 1];
};
let texts = 0;
const walker = page.createTreeWalker(page.body, view.NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || node.closest("script, noscript, option, .hidden, [hidden], :disabled")) continue;
  if (!node.getClientRects().length) continue;
  texts += 1;
  const style = view.getComputedStyle(node);
  const [a, b] = [light(parts(style.color)), light(behind(node))].sort((x, y) => y - x);
  const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
  if ((a + 0.05) / (b + 0.05) < needed) faults.push(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)} (${node.className})`);
}

for (const width of [1240, 768, 360]) {
  frame.width = width;
  await wait(200);
  const wide = page.documentElement.scrollWidth;
  if (wide > width) faults.push(`${wide} wide in ${width}`);
}
return { faults: [...new Set(faults)].slice(0, 30), texts, background: view.getComputedStyle(page.body).backgroundColor };
