// Counts whom an announcement reaches, and lets it be confirmed only with numbers that belong to what is on the screen.
"use strict";

(() => {
  const DEBOUNCE = 400;
  const GIVE_UP_AFTER = 15_000;
  // The server takes a count for 15 minutes; a fresh one is on the screen well before.
  const COUNT_AGAIN_AFTER = 10 * 60_000;

  const announcement = document.getElementById("announcement");
  const form = announcement.closest("form");
  const find = (name) => announcement.querySelector(`[data-${name}]`);
  const sentence = find("count");
  const confirm = find("confirm");
  const numbers = find("numbers");
  const again = find("again");
  const counted = announcement.querySelector("[name=counted]");
  const { countAt, counting, failed, nobody, tellNobody } = announcement.dataset;
  let running = new AbortController();
  let waiting;

  function countSoon(delay) {
    running.abort();
    running = new AbortController();
    clearTimeout(waiting);
    if (announcement.querySelector("[name=channels]:checked")) {
      show({ sentence: counting });
      waiting = setTimeout(count, delay);
    } else {
      show({ sentence: nobody, confirm: tellNobody, ready: true });
    }
  }

  async function count() {
    const mine = running;
    const tooLong = setTimeout(() => mine.abort(), GIVE_UP_AFTER);
    try {
      const answer = await ask(mine.signal);
      if (mine !== running) return;
      show(answer);
      waiting = setTimeout(() => countSoon(0), COUNT_AGAIN_AFTER);
    } catch (error) {
      if (mine === running) show({ sentence: error.inWords || failed, wrong: true });
    } finally {
      clearTimeout(tooLong);
    }
  }

  async function ask(signal) {
    const response = await fetch(countAt, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json", "X-CSRFToken": form.querySelector("[name=csrf_token]").value },
      signal,
    });
    const answer = await response.json();
    if (response.ok && answer.token) return { ...answer, ready: true };
    const details = Object.values(answer.fields || {}).flat();
    throw Object.assign(new Error(response.status), { inWords: [answer.detail, ...details].filter(Boolean).join(" ") });
  }

  function show(answer) {
    sentence.textContent = answer.sentence;
    sentence.classList.toggle("bad", Boolean(answer.wrong));
    numbers.textContent = answer.confirm || "";
    counted.value = answer.token || "";
    confirm.disabled = !answer.ready;
    again.hidden = !answer.wrong;
  }

  const changesWho = ({ target }) => /^(channels|audience_)/.test(target.name || "");
  for (const kind of ["input", "change"]) {
    announcement.addEventListener(kind, (event) => changesWho(event) && countSoon(DEBOUNCE));
  }
  again.addEventListener("click", () => countSoon(0));
  // A form that is reset, or shown again from the browser's memory, may hold other choices than were counted.
  form.addEventListener("reset", () => countSoon(DEBOUNCE));
  window.addEventListener("pageshow", () => countSoon(0));
  // Pressed twice is sent once.
  form.addEventListener("submit", () => setTimeout(() => (confirm.disabled = true)));
})();
