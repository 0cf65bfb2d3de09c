const total = page.getElementById("result").textContent.match(/of ([\d,]+) findings/)[1];
const search = async (text) => {
  page.getElementById("q").value = text;
  page.getElementById("q").dispatchEvent(new view.Event("input", { bubbles: true }));
  await wait(1000);
};
const rows = page.querySelectorAll("#list > table > tbody > tr").length;
await search("mac-unencrypted-249 boot volume full-disk");
const found = page.getElementById("result").textContent;
page.querySelector("#list .more").click();
const detail = page.querySelector("#list tr.detail").textContent.length;
return { total, rows, found, detail };
