const get = (id) => page.getElementById(id);
const result = () => get("result").textContent;
const press = (node) => node.dispatchEvent(new view.MouseEvent("click", { bubbles: true, cancelable: true }));
const search = async (text) => {
  get("q").value = text;
  get("q").dispatchEvent(new view.Event("input", { bubbles: true }));
  await wait(400);
};
const go = async (hash) => { view.location.hash = hash; await wait(400); };
const names = () => [...page.querySelectorAll("#list .name")].map((node) => node.textContent);
const answer = { first: result() };

await search("MAC-unencrypted full-disk");
answer.searched = names();
press(page.querySelector("#list .more"));
answer.detail = page.querySelector("#list tr.detail").textContent;
const address = view.location.hash;
await search("no such thing anywhere");
answer.nothing = result();
await go(address);
answer.shared = page.querySelector("#list tr.detail")?.textContent;

const link = page.querySelector("#rules tbody a");
answer.rule = link.textContent;
link.click();
await wait(400);
answer.linked = Number(result().split(" ")[0]);

await go("#status=any&rule=JC-DEV-001");
for (const button of page.querySelectorAll("#list .more")) press(button);
answer.details = [...page.querySelectorAll("#list tr.detail")].map((node) => node.textContent);

const tables = [["excluded", "excluded"], ["assets", "assets"], ["regressed", "drift-regressed"], ["newly", "drift-new"]];
for (const [name, text] of tables) {
  const list = page.querySelector(`details[data-table="${text}"]`);
  list.open = true;
  await wait(200);
  answer[name] = list.querySelector("tbody").textContent;
}

await go("#status=any");
const rows = () => page.querySelectorAll("#list > table > tbody > tr").length;
let printed = 0;
view.dispatchEvent(new view.Event("beforeprint"));
for (let pages = 0; pages < 9; pages += 1) {
  printed += rows();
  const next = [...page.querySelectorAll("#list .pager button")].find((node) => node.textContent === "Next");
  if (!next || next.disabled) break;
  next.click();
  view.dispatchEvent(new view.Event("beforeprint"));
}
answer.printed = printed;
view.dispatchEvent(new view.Event("afterprint"));

answer.themes = [];
for (let turn = 0; turn < 4; turn += 1) {
  answer.themes.push(view.getComputedStyle(page.body).backgroundColor);
  press(get("theme"));
}
return answer;
