// Keeps an open page current: fetches it again when the sandbox says that something on it has changed, and exchanges the
// parts marked data-live. Forms marked data-quiet are sent without leaving the page. Without this script all of it works
// too, by reloading.
(() => {
  "use strict";
  const PAUSE = 400;
  const topics = (document.body.dataset.topics || "").split(" ").filter(Boolean);
  let busy = false;
  let again = false;

  const toBottom = () => document.querySelectorAll("[data-bottom]").forEach((list) => { list.scrollTop = list.scrollHeight; });

  // What is being typed in, opened or focused inside a part stays as it is.
  const exchange = (now, then) => {
    const focused = document.activeElement && now.contains(document.activeElement) ? document.activeElement : null;
    const label = focused ? focused.textContent : "";
    const opened = [...now.querySelectorAll("details")].map((one) => one.open);
    now.innerHTML = then.innerHTML;
    [...now.querySelectorAll("details")].forEach((one, index) => { one.open = Boolean(opened[index]); });
    if (focused) {
      const same = [...now.querySelectorAll(focused.tagName)].find((one) => one.textContent === label);
      if (same) same.focus();
    }
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      let changed = false;
      document.querySelectorAll("[data-live]").forEach((now) => {
        const then = page.getElementById(now.id);
        if (then && then.innerHTML !== now.dataset.shown) {
          now.dataset.shown = then.innerHTML;
          exchange(now, then);
          changed = true;
        }
      });
      if (changed) { toBottom(); readAloud(); }
    } catch { /* the sandbox is away; the line tells when it is back */ }
    setTimeout(() => { busy = false; if (again) { again = false; refresh(); } }, PAUSE);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    form.querySelectorAll("input:not([type=hidden])").forEach((input) => { input.value = ""; });
    await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    refresh();
  });

  // Speech of this machine itself, if wanted; every line once.
  const aloud = document.getElementById("aloud");
  let spoken = document.querySelectorAll("[data-aloud]").length;
  const readAloud = () => {
    const lines = [...document.querySelectorAll("[data-aloud]")];
    if (lines.length < spoken) { spoken = 0; speechSynthesis?.cancel(); }
    if (aloud?.checked && "speechSynthesis" in window) {
      lines.slice(spoken).forEach((line) => {
        const words = new SpeechSynthesisUtterance(line.textContent);
        words.lang = line.dataset.aloud || "en-CA";
        speechSynthesis.speak(words);
      });
    }
    spoken = lines.length;
  };
  if (aloud) {
    aloud.checked = localStorage.getItem("aloud") === "yes";
    aloud.addEventListener("change", () => localStorage.setItem("aloud", aloud.checked ? "yes" : "no"));
  }

  document.querySelectorAll("[data-live]").forEach((part) => { part.dataset.shown = part.innerHTML; });
  toBottom();
  if (topics.length) {
    const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
    const line = new EventSource(`/sandbox/live?${query}`);
    line.addEventListener("message", refresh);
    line.addEventListener("open", refresh);
  }
})();
