view.location.hash = "#status=any&rule=JC-DEV-001";
await wait(500);
for (const button of page.querySelectorAll("#list .more")) button.click();
const left = page.querySelector('details[data-table="excluded"]');
left.open = true;
await wait(500);
const rows = [...page.querySelectorAll("#list > table > tbody > tr:not(.detail)")];
return {
  strangers: page.querySelectorAll("img, svg[onload], iframe, object, [onerror], [onload], a[href^='javascript'], body script:not([type]) + script").length,
  hacked: window.hacked ?? null,
  title: page.querySelector("h1").textContent,
  text: page.getElementById("list").textContent + left.textContent,
  tallest: Math.round(Math.max(...rows.map((row) => row.getBoundingClientRect().height))),
  wide: page.documentElement.scrollWidth > view.innerWidth,
};
