const field = document.getElementById("find");
const found = document.getElementById("found");
function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let columns = 0;
  for (const section of document.querySelectorAll("section[data-table]")) {
    let shown = 0;
    for (const row of section.querySelectorAll("tbody tr")) {
      const text = (section.dataset.table + " " + row.textContent).toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
    columns += shown;
  }
  for (const section of document.querySelectorAll("section.aside")) section.hidden = words.length > 0;
  found.textContent = words.length ? columns + (columns === 1 ? " column" : " columns") : "";
}
field.addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
  if (event.key === "Escape") { field.value = ""; find(); }
});
field.parentElement.hidden = false;
