"use strict";
(() => {
  const form = document.getElementById("filter");
  const claims = [...document.querySelectorAll(".claim")];
  const told = document.getElementById("told");
  const fits = (claim, wanted) =>
    (!wanted.text || claim.textContent.toLowerCase().includes(wanted.text)) &&
    (!wanted.story || claim.dataset.story === wanted.story) &&
    (!wanted.gold || claim.dataset.gold === wanted.gold) &&
    (!wanted.given || claim.dataset.given.split("|").includes(wanted.given)) &&
    (!wanted.outcome || claim.dataset.outcome.split(" ").includes(wanted.outcome));
  const filter = () => {
    const wanted = Object.fromEntries(new FormData(form));
    wanted.text = wanted.text.trim().toLowerCase();
    let count = 0;
    for (const claim of claims) {
      claim.hidden = !fits(claim, wanted);
      count += !claim.hidden;
    }
    told.textContent = `${count} of ${claims.length} claims`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const cell of document.querySelectorAll("button[data-gold]")) {
    cell.addEventListener("click", () => {
      form.reset();
      form.elements.gold.value = cell.dataset.gold;
      form.elements.given.value = cell.dataset.given;
      filter();
      form.scrollIntoView();
    });
  }
  // page.html#outcome=wrong&gold=disputed opens on these claims.
  const follow = () => {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    filter();
  };
  addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
})();
